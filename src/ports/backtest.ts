import type { BacktestResult } from "../core/backtest/result.ts";
import type { StoredCase } from "../core/backtest/stored-case.ts";
import type { Tally } from "../core/backtest/tally.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

export const BACKTEST_STATUSES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type BacktestStatus = (typeof BACKTEST_STATUSES)[number];

/** A place between two decisions, newest first. */
export interface Cursor {
  readonly decidedAtMs: number;
  readonly decisionId: string;
}
/** The decisions a backtest is about: [from, to), newest first, at most so many. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly livemode: boolean;
}
/** One run of a configuration over decisions of the past. */
export interface Backtest extends Period {
  readonly id: string;
  readonly status: BacktestStatus;
  /** Rises with every change. */
  readonly version: number;
  readonly maxDecisions: number;
  readonly message: string;
  readonly author: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Decisions read so far, and about how many there are. */
  readonly done: number;
  readonly total: number;
  /** Why it failed. */
  readonly error: string | null;
  readonly result: BacktestResult | null;
}
/** The published form of what is tried: a compiled ruleset and the text of its features. */
export interface Candidate {
  readonly ruleset: string;
  readonly features: string;
}
export type NewBacktest = Pick<
  Backtest,
  "id" | "fromMs" | "toMs" | "livemode" | "maxDecisions" | "message" | "author" | "createdAtMs" | "total"
> &
  Candidate;
/** A backtest as the one who runs it needs it. */
export interface ClaimedBacktest extends Backtest, Candidate {
  /** Claims since the last progress: a job that ends its runner again and again is given up. */
  readonly attempts: number;
  /** What was counted up to `cursor`; null at the beginning. */
  readonly tally: Tally | null;
  readonly cursor: Cursor | null;
}
export interface BacktestStore {
  starting(backtest: NewBacktest): StaffChange;
  /** Stale when it is over already. */
  cancelling(id: string, atMs: number): StaffChange;
  byId(id: string, livemode: boolean, budgetMs: number): Answer<Backtest | null>;
  /** Newest first, without results. */
  list(livemode: boolean, limit: number, budgetMs: number): Answer<readonly Backtest[]>;
  /** Marks it as running and counts the attempt; null when it is over. */
  claim(id: string, nowMs: number, budgetMs: number): Answer<ClaimedBacktest | null>;
  /**
   * Keeps what a page gave, place and counts in one write; false when another runner was faster or it was cancelled: then nothing was kept.
   * With a result it is done.
   */
  advance(
    from: Pick<Backtest, "id" | "version">,
    to: {
      readonly tally: Tally;
      readonly cursor: Cursor | null;
      readonly done: number;
      readonly nowMs: number;
      readonly result: BacktestResult | null;
    },
    budgetMs: number,
  ): Answer<boolean>;
  fail(id: string, error: string, nowMs: number, budgetMs: number): Answer<void>;
  /** Ids of unfinished ones that nobody has touched since a time; and forgets those finished before another. */
  sweep(untouchedSinceMs: number, finishedBeforeMs: number, budgetMs: number): Answer<readonly string[]>;
}
export interface CasePage {
  readonly cases: readonly StoredCase[];
  /** Decisions without a recorded event. */
  readonly skipped: number;
  /** Where the next page begins; null after the last. */
  readonly next: Cursor | null;
}
/** Stored decisions with what they read, newest first. */
export interface CaseSource {
  /** How many there are, counted up to `most`. */
  count(period: Period, most: number, budgetMs: number): Answer<number>;
  page(query: Period & { readonly after: Cursor | null; readonly limit: number }, budgetMs: number): Answer<CasePage>;
}
