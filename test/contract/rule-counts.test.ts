import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { recordEntries } from "../../src/adapters/postgres/record-entries.ts";
import type { DecisionAnswer, FiredRule } from "../../src/core/decision/answer.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { aDecided, aDecision, anEntry, anEvent, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const currency = { code: "EUR", exponent: 2 };
const HOUR_MS = 3_600_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() =>
  db.rows(
    "truncate events, event_ids, payments, decisions, decision_ids, daily_counters, version_counters, rule_counters, block_rate_slots",
  ),
);

const record = async (entries: readonly RecordEntry[]) =>
  expectValue(await recordEntries(db.database, entries, { currency, budgetMs: 10_000 }));
const fired = (id: string, mode: FiredRule["mode"] = "live"): FiredRule => ({ id, name: id, points: 10, mode, values: {} });
const rules = () =>
  db.rows(
    "select rule, acted, shadowed, unknown, errors, blocked, stopped_minor from rule_counters where livemode order by seq, hour, rule",
  );
const slots = () => db.rows("select livemode, seq, decisions, blocked from block_rate_slots order by livemode, seq, slot");
const blocking = (id: string, answer: Partial<DecisionAnswer> = {}, amountMinor = 5_000) =>
  aDecided(anEvent({ id, amountMinor }), { outcome: "block", answer: { rules: [fired("a/R1"), fired("a/R2", "shadow")], ...answer } });

test("what each rule did is counted once, whatever repeats", async () => {
  const batch = [
    blocking("t1"),
    blocking("t2", {}, 1_050),
    aDecided(anEvent({ id: "t3" }), { answer: { rules: [fired("a/R1")], unknown_rules: [{ id: "a/R3", missing: ["ip_country"] }] } }),
  ];
  await record(batch);
  await record([...batch, ...batch].reverse());
  expect(await rules()).toEqual([
    { rule: "a/R1", acted: 3, shadowed: 0, unknown: 0, errors: 0, blocked: 2, stopped_minor: 6_050 },
    { rule: "a/R2", acted: 0, shadowed: 2, unknown: 0, errors: 0, blocked: 0, stopped_minor: 0 },
    { rule: "a/R3", acted: 0, shadowed: 0, unknown: 1, errors: 0, blocked: 0, stopped_minor: 0 },
  ]);
});

test("batches recorded at the same time, in opposite order, count each decision once", async () => {
  const batch = Array.from({ length: 40 }, (_, n) =>
    blocking(`t${n}`, { rules: n % 2 === 0 ? [fired("a/R1"), fired("b/R9")] : [fired("b/R9")] }),
  );
  await Promise.all([...Array(6)].map((_, i) => record(i % 2 === 0 ? batch : batch.toReversed())));
  expect(await rules()).toMatchObject([
    { rule: "a/R1", acted: 20, blocked: 20 },
    { rule: "b/R9", acted: 40, blocked: 40 },
  ]);
  expect(await db.rows("select sum(decisions) as n from version_counters")).toEqual([{ n: 40 }]);
  expect(await slots()).toEqual([{ livemode: true, seq: 7, decisions: 40, blocked: 40 }]);
});

test("an unknown rule is an error where the source of a fact that it lacks had failed", async () => {
  const event = anEvent({ id: "t1" });
  const decision = aDecision(event, {
    answer: {
      unknown_rules: [
        { id: "a/R1", missing: ["gone", "absent"] },
        { id: "a/R2", missing: ["absent"] },
      ],
    },
  });
  await record([anEntry(event, { decision: { ...decision, facts: { ...decision.facts, missing: ["gone"] } } })]);
  expect(await rules()).toMatchObject([
    { rule: "a/R1", unknown: 1, errors: 1 },
    { rule: "a/R2", unknown: 1, errors: 0 },
  ]);
});

test("counters are what a naive count of the recorded decisions gives, however batches overlap", async () => {
  const decision = fc.record({
    id: fc.nat(12).map((n) => `t${n}`),
    outcome: fc.constantFrom("allow", "review", "block"),
    amountMinor: fc.option(fc.nat(9_999)),
    hoursLater: fc.nat(2),
    seq: fc.constantFrom(7, 8),
    isLive: fc.boolean(),
    rules: fc.uniqueArray(
      fc.tuple(fc.constantFrom("a/R1", "a/R2", "b/R1"), fc.constantFrom("live", "shadow")).map(([id, mode]) => fired(id, mode)),
      { selector: ({ id }) => id },
    ),
  });
  const batches = fc.array(fc.array(decision, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
  const counted = () =>
    db.rows(
      `select livemode, extract(epoch from hour)::float8 as hour, seq, rule, acted, shadowed, blocked, stopped_minor from rule_counters order by 1, 2, 3, 4`,
    );
  const naive = () =>
    db.rows(`select d.livemode, extract(epoch from date_trunc('hour', d.decided_at at time zone 'UTC') at time zone 'UTC')::float8 as hour,
        (d.versions ->> 'seq')::bigint as seq, r ->> 'id' as rule, count(*) filter (where r ->> 'mode' = 'live') as acted,
        count(*) filter (where r ->> 'mode' = 'shadow') as shadowed, count(*) filter (where r ->> 'mode' = 'live' and d.outcome = 'block') as blocked,
        coalesce(sum(e.amount_minor) filter (where r ->> 'mode' = 'live' and d.outcome = 'block'), 0) as stopped_minor
      from decisions d join events e on e.id = d.transaction_id and e.livemode = d.livemode cross join lateral jsonb_array_elements(d.answer -> 'rules') r
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`);
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      await db.rows(
        "truncate events, event_ids, decisions, decision_ids, daily_counters, version_counters, rule_counters, block_rate_slots",
      );
      const entries = given.map((batch) =>
        batch.map(({ id, outcome, amountMinor, hoursLater, seq, isLive, rules }) => {
          const versions = { seq, ruleset: `r${seq}`, features: "f", lists: null, model: null };
          const event = anEvent({ id, amountMinor });
          const wish = {
            outcome,
            decidedAtMs: NOON + hoursLater * HOUR_MS,
            answer: { rules, versions, decision_id: `${isLive} ${id}` },
          } as const;
          return aDecided(event, wish, { livemode: isLive });
        }),
      );
      await Promise.all(entries.map(record));
      expect(await counted()).toEqual(await naive());
      const [decisions] = await db.rows(
        "select (select count(*) from decisions) as made, (select coalesce(sum(decisions), 0) from version_counters) as counted",
      );
      expect(decisions?.counted).toBe(decisions?.made);
    }),
    { numRuns: 25 },
  );
});

test("versions, hours, kinds of event and the two worlds are counted apart", async () => {
  const versions = { seq: 8, ruleset: "r8", features: "f", lists: null, model: null };
  await record([
    aDecided(anEvent({ id: "t1" })),
    aDecided(anEvent({ id: "t2", transactionType: "TRANSFER" })),
    aDecided(anEvent({ id: "t3" }), { decidedAtMs: NOON + HOUR_MS }),
    aDecided(anEvent({ id: "t4" }), { answer: { versions } }),
    aDecided(anEvent({ id: "t5" }), { outcome: "block" }, { livemode: false }),
    anEntry(anEvent({ id: "t6" })),
  ]);
  const rows = await db.rows(
    `select livemode, (extract(epoch from hour) * 1000)::float8 - ${NOON} as after_noon, seq, ruleset, type, kind, decisions, blocked
     from version_counters order by livemode desc, seq, hour, kind`,
  );
  const counted = { livemode: true, after_noon: 0, seq: 7, ruleset: "r", type: "transaction", kind: "PAYMENT", decisions: 1, blocked: 0 };
  expect(rows).toEqual([
    counted,
    { ...counted, kind: "TRANSFER" },
    { ...counted, after_noon: HOUR_MS },
    { ...counted, seq: 8, ruleset: "r8" },
    { ...counted, livemode: false, blocked: 1 },
  ]);
});

test("the guard's rate counts blocks of rules and score, also those held back, and none that a list or a test device asked for", async () => {
  await record([
    blocking("t1"),
    aDecided(anEvent({ id: "t2" }), {
      outcome: "review",
      answer: { held_back: true, decided_by: { kind: "guard", reason: "block_rate_guard" } },
    }),
    blocking("t3", { decided_by: { kind: "block_list", reason: "fraud ring" } }),
    blocking("t4", { decided_by: { kind: "test_device", reason: "test_device" } }),
    aDecided(anEvent({ id: "t5" }), { outcome: "review" }),
    aDecided(anEvent({ id: "t6" }), { decidedAtMs: NOON + 10_000 }),
  ]);
  expect(await slots()).toEqual([
    { livemode: true, seq: 7, decisions: 5, blocked: 2 },
    { livemode: true, seq: 7, decisions: 1, blocked: 0 },
  ]);
  expect(await db.rows("select sum(blocked) as blocked, sum(held_back) as held_back from version_counters")).toEqual([
    { blocked: 3, held_back: 1 },
  ]);
});

test("a rule stopped no money where the block list blocked", async () => {
  await record([blocking("t1", { decided_by: { kind: "block_list", reason: "fraud ring" } }), blocking("t2", {}, 700)]);
  expect((await rules())[0]).toMatchObject({ rule: "a/R1", acted: 2, blocked: 1, stopped_minor: 700 });
});
