import { type SQL, sql } from "drizzle-orm";
import type { Dimension } from "../../core/event/entity.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { HistoryDeclaration } from "../../core/features/declaration.ts";
import type { FeatureValue } from "../../core/features/value.ts";
import type { Result } from "../../core/result.ts";
import { compileHistory, historyValue } from "./compile-history.ts";
import { ask, type Database } from "./database.ts";
import { DIMENSION_COLUMNS } from "./event-rows.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { RECORD_COLUMNS, toRecordRow } from "./record-rows.ts";
import { events } from "./schema/events.ts";
import { toStorableJson } from "./storable-json.ts";

export interface HistoryQuestion {
  readonly declarations: readonly HistoryDeclaration[];
  /** The event being decided, recorded or not: what is recorded under its id is not read. */
  readonly event: CanonicalEvent;
  /** False leaves the event out of every window, whatever a declaration says. */
  readonly self: boolean;
  readonly livemode: boolean;
  readonly timeZone: string;
}

/**
 * Any history declarations, also those that the log answers, by plain SQL over `events`: the second opinion on the Redis fold, and what a backtest can ask.
 * Values in the order of the declarations. One request; not for the decision's path.
 */
export function evaluateHistory(
  database: Database,
  question: HistoryQuestion,
  budgetMs: number,
): Promise<Result<readonly FeatureValue[], PostgresFault>> {
  const { declarations, event } = question;
  return ask(database, budgetMs, async (session) => {
    const asked = declarations.filter((declaration) => declaration.by.every((dimension) => event.dimensions[dimension] !== undefined));
    if (asked.length === 0) return declarations.map(() => null);
    const columns = asked.map((declaration, i) => sql`(${historyOf(declaration, question)}) as ${sql.identifier(`v${i}`)}`);
    const { rows } = await session.execute<Record<string, number | null>>(sql`select ${sql.join(columns, sql`, `)}`);
    const results = new Map(asked.map((declaration, i) => [declaration, rows[0]?.[`v${i}`] ?? null]));
    return declarations.map((declaration) =>
      results.has(declaration) ? historyValue(declaration, results.get(declaration) ?? null, event.occurredAtMs) : null,
    );
  });
}

function historyOf(declaration: HistoryDeclaration, { event, self, livemode, timeZone }: HistoryQuestion): SQL {
  const { by, as, windowMs } = declaration;
  const value = (dimension: Dimension) => sql`${event.dimensions[dimension] ?? null}::text`;
  const from = windowMs === null ? null : sql`${toInstant(event.occurredAtMs - windowMs)}::timestamptz`;
  const isOf = sql`${DIMENSION_COLUMNS[as]} = ${value(by[0])} ${by[1] === undefined ? sql`` : sql`and ${DIMENSION_COLUMNS[by[1]]} = ${value(by[1])}`}`;
  // Named like the table, so one compiler serves both.
  const history = sql`(
    select ${READ_COLUMNS} from ${events} where ${events.livemode} = ${livemode} and ${events.id} <> ${event.id} and ${events.occurredAt} <= ${toInstant(event.occurredAtMs)}::timestamptz
    ${self && declaration.self ? sql`union all select ${READ_COLUMNS} from ${ownRow(event, livemode)} as events(${RECORD_COLUMNS})` : sql``}
  ) as events`;
  return sql`select ${compileHistory(declaration, from, timeZone)} from ${history} where ${isOf}`;
}

const READ_COLUMNS = sql.join(
  [
    events.type,
    events.transactionType,
    events.status,
    events.amountMinor,
    events.occurredAt,
    events.ip,
    events.body,
    ...Object.values(DIMENSION_COLUMNS),
  ].map((column) => sql`${column}`),
  sql`, `,
);

function ownRow(event: CanonicalEvent, livemode: boolean): SQL {
  const entry = { event, livemode, bodyHash: "", receivedAtMs: event.occurredAtMs, decision: null, velocityPending: false };
  return sql`jsonb_to_recordset(${toStorableJson([toRecordRow(entry, 0)])}::jsonb)`;
}
