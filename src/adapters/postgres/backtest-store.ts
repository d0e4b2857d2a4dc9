import { type SQL, sql } from "drizzle-orm";
import { BacktestResult } from "../../core/backtest/result.ts";
import { Tally } from "../../core/backtest/tally.ts";
import { ok } from "../../core/result.ts";
import type { Backtest, BacktestStatus, BacktestStore, ClaimedBacktest } from "../../ports/backtest.ts";
import { ask, type Database } from "./database.ts";
import { epochMs, toInstant } from "./instants.ts";
import { prepareChange } from "./staff-change.ts";

/** Backtests and how far they are. */
export function createBacktestStore(database: Database): BacktestStore {
  return {
    starting: (one) =>
      prepareChange(() => [
        sql`insert into backtests (id, livemode, status, from_at, to_at, max_decisions, message, author, ruleset, features, created_at, touched_at, total)
          select ${one.id}, ${one.livemode}, 'queued', ${at(one.fromMs)}, ${at(one.toMs)}, ${one.maxDecisions}::bigint, ${one.message}, ${one.author},
            ${one.ruleset}, ${one.features}, ${at(one.createdAtMs)}, ${at(one.createdAtMs)}, ${one.total}::bigint
          on conflict do nothing returning id`,
      ]),
    cancelling: (id, atMs) =>
      prepareChange(() => [
        sql`update backtests set status = 'cancelled', finished_at = ${at(atMs)}, touched_at = ${at(atMs)}, version = version + 1, tally = null
          where id = ${id} and ${IS_UNFINISHED} returning id`,
      ]),
    byId: (id, livemode, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<Row>(
          sql`select ${FIELDS}, result from backtests where id = ${id} and livemode = ${livemode}`,
        );
        return rows[0] === undefined ? null : toBacktest(rows[0]);
      }),
    list: (livemode, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<Row>(
          sql`select ${FIELDS}, null::json as result from backtests where livemode = ${livemode} order by created_at desc, id desc limit ${limit}`,
        );
        return rows.map(toBacktest);
      }),
    claim: (id, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<ClaimedRow>(sql`
          update backtests set status = 'running', attempts = attempts + 1, started_at = coalesce(started_at, ${at(nowMs)}), touched_at = ${at(nowMs)},
            version = version + 1
          where id = ${id} and ${IS_UNFINISHED}
          returning ${FIELDS}, result, ruleset, features, attempts, tally, ${epochMs(sql`cursor_at`)} as cursor_ms, cursor_id`);
        return rows[0] === undefined ? null : toClaimed(rows[0]);
      }),
    advance: ({ id, version }, { tally, cursor, done, nowMs, result }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isOver = result !== null;
        const { rows } = await session.execute<{ id: string }>(sql`
          update backtests set version = version + 1, attempts = 0, done = ${done}::bigint, touched_at = ${at(nowMs)},
            tally = ${isOver ? null : JSON.stringify(tally)}::json,
            cursor_at = ${cursor === null ? null : toInstant(cursor.decidedAtMs)}::timestamptz, cursor_id = ${cursor?.decisionId ?? null}::text,
            status = ${isOver ? "done" : "running"}, finished_at = ${isOver ? toInstant(nowMs) : null}::timestamptz,
            result = ${isOver ? JSON.stringify(result) : null}::json
          where id = ${id} and version = ${version} and status = 'running' returning id`);
        return rows.length > 0;
      }),
    fail: async (id, error, nowMs, budgetMs) => {
      const failed = await ask(database, budgetMs, (session) =>
        session.execute(sql`
          update backtests set status = 'failed', error = ${error}, finished_at = ${at(nowMs)}, touched_at = ${at(nowMs)}, version = version + 1, tally = null
          where id = ${id} and ${IS_UNFINISHED}`),
      );
      return failed.ok ? ok(undefined) : failed;
    },
    sweep: (untouchedSinceMs, finishedBeforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [, { rows }] = await session.batch([
          session.execute(sql`delete from backtests where finished_at < ${at(finishedBeforeMs)}`),
          session.execute<{ id: string }>(
            sql`select id from backtests where ${IS_UNFINISHED} and touched_at <= ${at(untouchedSinceMs)} order by touched_at limit 20`,
          ),
        ]);
        return rows.map(({ id }) => id);
      }),
  };
}

const at = (ms: number): SQL => sql`${toInstant(ms)}::timestamptz`;
const IS_UNFINISHED = sql`status in ('queued', 'running')`;
const FIELDS = sql`id, livemode, status, version, ${epochMs(sql`from_at`)} as from_ms, ${epochMs(sql`to_at`)} as to_ms, max_decisions::float8 as max_decisions,
  message, author, ${epochMs(sql`created_at`)} as created_ms, ${epochMs(sql`started_at`)} as started_ms, ${epochMs(sql`finished_at`)} as finished_ms,
  done::float8 as done, total::float8 as total, error`;

interface Row {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly livemode: boolean;
  readonly status: BacktestStatus;
  readonly version: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly max_decisions: number;
  readonly message: string;
  readonly author: string;
  readonly created_ms: number;
  readonly started_ms: number | null;
  readonly finished_ms: number | null;
  readonly done: number;
  readonly total: number;
  readonly error: string | null;
  readonly result: unknown;
}
interface ClaimedRow extends Row {
  readonly ruleset: string;
  readonly features: string;
  readonly attempts: number;
  readonly tally: unknown;
  readonly cursor_ms: number | null;
  readonly cursor_id: string | null;
}

function toBacktest(row: Row): Backtest {
  const { id, livemode, status, version, message, author, done, total, error, result } = row;
  return {
    ...{ id, livemode, status, version, message, author, done, total, error },
    fromMs: row.from_ms,
    toMs: row.to_ms,
    maxDecisions: row.max_decisions,
    createdAtMs: row.created_ms,
    startedAtMs: row.started_ms,
    finishedAtMs: row.finished_ms,
    result: result === null ? null : BacktestResult.parse(result),
  };
}

function toClaimed(row: ClaimedRow): ClaimedBacktest {
  const { ruleset, features, attempts, tally, cursor_ms, cursor_id } = row;
  return {
    ...toBacktest(row),
    ...{ ruleset, features, attempts },
    tally: tally === null ? null : Tally.parse(tally),
    cursor: cursor_ms === null || cursor_id === null ? null : { decidedAtMs: cursor_ms, decisionId: cursor_id },
  };
}
