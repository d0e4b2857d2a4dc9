import { type SQL, sql } from "drizzle-orm";
import { EVENT_FIELD_BY_NAME } from "../../core/features/event-vocabulary.ts";
import { type ConditionNode, type Literal, literalsOf, type TestNode } from "../../core/rules/condition.ts";
import type { SqlWriter } from "../../core/rules/operator-row.ts";
import { isOrdered, operatorRow } from "../../core/rules/operators.ts";
import { historyField } from "./history-fields.ts";
import { events } from "./schema/events.ts";

const SQL_WRITER: SqlWriter<SQL> = {
  write: (strings, ...parts) => sql(strings, ...parts),
  either: (parts) => sql`(${sql.join([...parts], sql` or `)})`,
};

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

function compileTest(test: TestNode, timeZone: string): SQL {
  const { sql: write, engine } = operatorRow(test.operator);
  if (write === undefined) throw new Error(`Postgres cannot answer \`${test.operator}\` in \`${test.path}\``);
  if (test.operand.kind === "feature") throw new Error(`\`where\` compares with literals only: \`${test.path}\``);
  const stored = historyField(test.name, timeZone);
  const value = test.or === null ? stored : sql`coalesce(${stored}, ${typed(test, test.or)})`;
  const literals = literalsOf(test.operand);
  const operands =
    engine?.kind === "presence" ? literals.map((isWanted) => sql`${isWanted === true}::boolean`) : literals.map((one) => typed(test, one));
  return write(SQL_WRITER, { stored, value, address: sql`${events.ip}` }, operands);
}

/** A literal with its type said, so that Postgres need not guess; text that compares case-folded is folded. */
function typed(test: TestNode, literal: Literal): SQL {
  const type = EVENT_FIELD_BY_NAME.get(test.name)?.type;
  if (type !== undefined && isOrdered(type)) return sql`${Number(literal)}::numeric`;
  const text = String(literal);
  return sql`${type === "text" || type === "email" ? text.toLowerCase() : text}::text`;
}
