import { createRecordStore } from "../../../src/adapters/postgres/record-store.ts";
import type { StoredCase } from "../../../src/core/backtest/stored-case.ts";
import type { CasePage, CaseSource, Cursor } from "../../../src/ports/backtest.ts";
import type { RecordEntry } from "../../../src/ports/records.ts";
import { aDecided, anEvent, DAY_MS, NOON } from "./record-builder.ts";
import { expectValue, type TestDatabase } from "./test-database.ts";

export const BUDGET_MS = 20_000;
/** What the decisions of `aPast` say their features are. */
export const FEATURES_HASH = "f".repeat(64);
export const PERIOD = { fromMs: NOON - DAY_MS, toMs: NOON + DAY_MS, livemode: true };

/** A decision with its facts, in a thousand different ways; many share one time. */
export function aPast(n: number, changes: { livemode?: boolean; features?: string } = {}): RecordEntry {
  const event = anEvent({ id: `t${n}`, amountMinor: (n % 90) * 100, dimensions: { client: `c${n % 50}` } });
  const outcome = n % 11 === 0 ? "block" : n % 7 === 0 ? "review" : "allow";
  const answer = {
    rules: n % 11 === 0 ? [{ id: "p/R1", name: "R1", points: 30, mode: "live" as const, values: {} }] : [],
    fraud_probability: (n % 10) / 20,
    versions: { seq: 1 + (n % 3), ruleset: "r", features: changes.features ?? FEATURES_HASH, lists: null, model: null },
  };
  const entry = aDecided(event, { outcome, decidedAtMs: NOON + Math.floor(n / 40), answer }, { livemode: changes.livemode ?? true });
  const values = { amount: event.amountMinor, client_count_1h: n % 6, client_count_24h: n % 13 === 0 ? null : n % 17, country: "DE" };
  return { ...entry, decision: entry.decision === null ? null : { ...entry.decision, facts: { values, missing: [], marks: {} } } };
}
export const pasts = (count: number) => Array.from({ length: count }, (_, n) => aPast(n));

export async function recordAll(db: TestDatabase, entries: readonly RecordEntry[]): Promise<void> {
  const store = createRecordStore(db.database, { code: "EUR", exponent: 2 });
  for (let at = 0; at < entries.length; at += 500) expectValue(await store.record(entries.slice(at, at + 500), BUDGET_MS));
}

/** Every decision of the period, page by page. */
export async function readAll(source: CaseSource, limit: number): Promise<StoredCase[]> {
  const cases: StoredCase[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page: CasePage = expectValue(await source.page({ ...PERIOD, after, limit }, BUDGET_MS));
    cases.push(...page.cases);
    if (page.next === null) return cases;
    after = page.next;
  }
}
