import { type SQL, sql } from "drizzle-orm";
import type { RecordedEvent, RecordedTransaction } from "../../../core/evidence/gather-facts.ts";
import type { Result } from "../../../core/result.ts";
import type { Disputed } from "../../../ports/evidence.ts";
import { ask, type Database } from "../database.ts";
import { DECISION_FIELDS, type DecisionRow, toDecision } from "../decision-rows.ts";
import { EVENT_FIELDS, type EventRow, toEvent } from "../event-rows.ts";
import type { PostgresFault } from "../fault.ts";
import { toInstant } from "../instants.ts";

/** A row that a client of many payments cannot grow past. */
const MOST_PRIOR = 200;

interface CurrencyRow extends EventRow {
  readonly currency: string;
  readonly exponent: number;
}
const FIELDS: SQL = sql`${EVENT_FIELDS}, events.currency, events.currency_exponent as exponent`;

/** A transaction with its decisions and what payments said of it, in one request; null when it was never recorded. */
export function gatherTransaction(
  database: Database,
  { transactionId, world }: Disputed,
  budgetMs: number,
): Promise<Result<RecordedTransaction | null, PostgresFault>> {
  const livemode = world === "live";
  return ask(database, budgetMs, async (session) => {
    const [found, decided, paid] = await session.batch([
      session.execute<CurrencyRow>(sql`
        select ${FIELDS} from event_ids i join events on events.id = i.id and events.livemode = i.livemode and events.occurred_at = i.occurred_at
        where i.id = ${transactionId} and i.livemode = ${livemode} and events.type = 'transaction'`),
      session.execute<DecisionRow>(sql`
        select ${DECISION_FIELDS} from decision_ids i join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at
        where i.transaction_id = ${transactionId} and i.livemode = ${livemode} order by i.decided_at, i.stage`),
      session.execute<CurrencyRow>(sql`
        select ${FIELDS} from payments p
        join event_ids i on i.id = p.payment_id and i.livemode = p.livemode
        join events on events.id = i.id and events.livemode = i.livemode and events.occurred_at = i.occurred_at
        where p.transaction_id = ${transactionId} and p.livemode = ${livemode} order by events.occurred_at, events.id`),
    ]);
    const [transaction] = found.rows;
    if (transaction === undefined) return null;
    return { ...toRecorded(transaction), livemode, decisions: decided.rows.map(toDecision), payments: paid.rows.map(toRecorded) };
  });
}

/** Payments of the same customer in a span of time that came through and that nobody ever disputed. */
export function priorTransactions(
  database: Database,
  { event, livemode }: Pick<RecordedTransaction, "event" | "livemode">,
  fromMs: number,
  toMs: number,
  budgetMs: number,
): Promise<Result<readonly RecordedEvent[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { client, card } = event.dimensions;
    if (client === undefined && card === undefined) return [];
    const sameCustomer = client === undefined ? sql`events.client_id is null and events.card = ${card}` : sql`events.client_id = ${client}`;
    const { rows } = await session.execute<CurrencyRow>(sql`
      select ${FIELDS} from events
      where ${sameCustomer} and events.livemode = ${livemode} and events.type = 'transaction' and events.status in ('authorized', 'captured')
        and events.occurred_at between ${toInstant(fromMs)}::timestamptz and ${toInstant(toMs)}::timestamptz and events.id <> ${event.id}
        and not exists (select from payments p where p.transaction_id = events.id and p.livemode = events.livemode and p.status = 'chargeback')
        and coalesce((
          select l.label from decision_ids i join labels l on l.decision_id = i.decision_id
          where i.transaction_id = events.id and i.livemode = events.livemode order by l.labelled_at desc, l.id desc limit 1
        ), 'legitimate') = 'legitimate'
      order by events.occurred_at desc, events.id limit ${MOST_PRIOR}`);
    return rows.map(toRecorded);
  });
}

const toRecorded = (row: CurrencyRow): RecordedEvent => ({
  event: toEvent(row),
  currency: { code: row.currency, exponent: row.exponent },
});
