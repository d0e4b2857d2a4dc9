import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { pastHits } from "../../core/backtest/past-hits.ts";
import { type StoredCase, TRUTHS } from "../../core/backtest/stored-case.ts";
import { DecidedBy } from "../../core/decision/decided-by.ts";
import { OUTCOMES } from "../../core/decision/outcome.ts";
import type { CasePage, CaseSource, Period } from "../../ports/backtest.ts";
import { ask, type Database } from "./database.ts";
import { EVENT_FIELDS, type EventRow, toEvent } from "./event-rows.ts";
import { epochMs, toInstant } from "./instants.ts";

/** Decisions of the past with what they read and how they ended, a page at a time by (decided_at, decision_id), newest first. */
export function createCaseSource(database: Database): CaseSource {
  return {
    count: (period, most, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ n: number }>(
          sql`select count(*)::float8 as n from (select from decisions d where ${isWithin(period)} limit ${most}) counted`,
        );
        return rows[0]?.n ?? 0;
      }),
    page: ({ after, limit, ...period }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isAfter =
          after === null
            ? sql`true`
            : sql`(d.decided_at, d.decision_id) < (${toInstant(after.decidedAtMs)}::timestamptz, ${after.decisionId})`;
        const { rows } = await session.execute<CaseRow>(sql`
          with page as materialized (
            select d.* from decisions d where ${isWithin(period)} and ${isAfter} order by d.decided_at desc, d.decision_id desc limit ${limit}
          )
          select ${CASE_FIELDS}
          from page d
          left join event_ids i on i.id = d.transaction_id and i.livemode = d.livemode
          left join events on events.id = i.id and events.livemode = i.livemode and events.occurred_at = i.occurred_at
          left join lateral (
            select label from labels where labels.decision_id = d.decision_id order by labelled_at desc, id desc limit 1
          ) l on true
          order by d.decided_at desc, d.decision_id desc`);
        return toPage(rows, limit);
      }),
  };
}

const isWithin = ({ fromMs, toMs, livemode }: Period): SQL =>
  sql`d.livemode = ${livemode} and d.decided_at >= ${toInstant(fromMs)}::timestamptz and d.decided_at < ${toInstant(toMs)}::timestamptz`;

const CASE_FIELDS = sql`${EVENT_FIELDS}, events.id as event_id, d.decision_id, ${epochMs(sql`d.decided_at`)} as decided_ms, d.stage as decided_stage,
  d.outcome, d.probability, array_to_json(d.degraded) as degraded, d.versions, d.facts -> 'values' as values, d.facts -> 'missing' as missing,
  (select coalesce(json_agg(r ->> 'id'), '[]') from jsonb_array_elements(d.answer -> 'rules') r) as rules,
  d.answer -> 'decided_by' as decided_by, coalesce(l.label, 'unlabelled') as truth`;

interface CaseRow extends EventRow {
  /** Null where the event is not recorded any more: then all of it is. */
  readonly event_id: string | null;
  readonly decision_id: string;
  readonly decided_ms: number;
  readonly decided_stage: string;
}

/** What the answer and its facts say; a row no release has written throws. */
const Recorded = z.object({
  outcome: z.enum(OUTCOMES),
  probability: z.number(),
  degraded: z.array(z.string()),
  versions: z.object({ seq: z.number(), features: z.string() }),
  values: z.custom<StoredCase["facts"]["values"]>((value) => typeof value === "object" && value !== null),
  missing: z.array(z.string()),
  rules: z.array(z.string()),
  decided_by: DecidedBy.nullable(),
  truth: z.enum(TRUTHS),
});

function toPage(rows: readonly CaseRow[], limit: number): CasePage {
  const cases = rows.flatMap((row): StoredCase[] => {
    const { event_id, decision_id, decided_ms, decided_stage } = row;
    if (event_id === null) return [];
    const { outcome, probability, degraded, versions, values, missing, rules, truth, decided_by } = Recorded.parse(row);
    return [
      {
        decisionId: decision_id,
        decidedAtMs: decided_ms,
        event: toEvent(row),
        isOwnEvent: row.stage === decided_stage,
        facts: { values, missing },
        ...{ probability, degraded, truth },
        hits: pastHits(decided_by),
        before: { outcome, rules },
        seq: versions.seq,
        featuresHash: versions.features,
        livemode: row.livemode,
      },
    ];
  });
  const last = rows.at(-1);
  const isMore = rows.length === limit && last !== undefined;
  return {
    cases,
    skipped: rows.length - cases.length,
    next: isMore ? { decidedAtMs: last.decided_ms, decisionId: last.decision_id } : null,
  };
}
