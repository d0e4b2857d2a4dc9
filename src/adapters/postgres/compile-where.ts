import { type SQL, sql } from "drizzle-orm";
import { EVENT_FIELD_BY_NAME } from "../../core/features/event-vocabulary.ts";
import type { ConditionNode, Literal } from "../../core/rules/condition.ts";
import { isOrdered } from "../../core/rules/operator.ts";
import { historyField } from "./history-fields.ts";
import { events } from "./schema/events.ts";

type Test = Extract<ConditionNode, { kind: "test" }>;

/**
 * A checked `where` as SQL over `events`; literals become parameters. SQL's null is D4's unknown: `and`, `or` and `not` agree with `all`, `any` and `not`.
 * Throws on what SQL cannot answer as core does: `matches` (Postgres has no RE2), `inList`, and operands that are features.
 */
export function compileWhere(node: ConditionNode, timeZone: string): SQL {
  switch (node.kind) {
    case "all":
      return joined(node.of, timeZone, sql` and `);
    case "any":
      return joined(node.of, timeZone, sql` or `);
    case "not":
      return sql`(not ${compileWhere(node.of, timeZone)})`;
    case "test":
      return sql`(${compileTest(node, timeZone)})`;
  }
}

const joined = (nodes: readonly ConditionNode[], timeZone: string, separator: SQL): SQL =>
  sql`(${sql.join(
    nodes.map((node) => compileWhere(node, timeZone)),
    separator,
  )})`;

function compileTest(test: Test, timeZone: string): SQL {
  const own = historyField(test.name, timeZone);
  const [first = "", second = ""] = literalsOf(test);
  if (test.operator === "exists") return first === false ? sql`${own} is null` : sql`${own} is not null`;
  const value = test.or === null ? own : sql`coalesce(${own}, ${typed(test, test.or)})`;
  switch (test.operator) {
    case "eq":
      return sql`${value} = ${typed(test, first)}`;
    case "ne":
      return sql`${value} <> ${typed(test, first)}`;
    case "gt":
      return sql`${value} > ${typed(test, first)}`;
    case "gte":
      return sql`${value} >= ${typed(test, first)}`;
    case "lt":
      return sql`${value} < ${typed(test, first)}`;
    case "lte":
      return sql`${value} <= ${typed(test, first)}`;
    case "between":
      return sql`${value} between ${typed(test, first)} and ${typed(test, second)}`;
    case "in":
      return sql`${value} in ${literalsOf(test).map((literal) => typed(test, literal))}`;
    case "notIn":
      return sql`${value} not in ${literalsOf(test).map((literal) => typed(test, literal))}`;
    case "contains":
      return sql`position(${typed(test, first)} in ${value}) > 0`;
    case "startsWith":
      return sql`starts_with(${value}, ${typed(test, first)})`;
    case "endsWith":
      return sql`right(${value}, length(${typed(test, first)})) = ${typed(test, first)}`;
    case "cidr":
      // The address itself, not its /64: a prefix may be longer.
      return sql`${events.ip} <<= any(${sql.param(literalsOf(test).map(String))}::inet[])`;
    case "matches":
    case "inList":
      throw new Error(`Postgres cannot answer \`${test.operator}\` in \`${test.path}\``);
  }
}

/** A literal with its type said, so that Postgres need not guess; text that compares case-folded is folded. */
function typed(test: Test, literal: Literal): SQL {
  const type = EVENT_FIELD_BY_NAME.get(test.name)?.type;
  if (type !== undefined && isOrdered(type)) return sql`${Number(literal)}::numeric`;
  const text = String(literal);
  return sql`${type === "text" || type === "email" ? text.toLowerCase() : text}::text`;
}

function literalsOf(test: Test): readonly Literal[] {
  switch (test.operand.kind) {
    case "literal":
      return [test.operand.value];
    case "list":
      return test.operand.values;
    case "feature":
      throw new Error(`\`where\` compares with literals only: \`${test.path}\``);
  }
}
