import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createReportStore } from "../../src/adapters/postgres/reports.ts";
import type { NewReport } from "../../src/core/reports/report.ts";
import type { ReportStore } from "../../src/ports/reports.ts";
import { aFinding } from "../support/builders/reports.ts";
import { NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const MINUTE_MS = 60_000;
let db: TestDatabase;
let store: ReportStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createReportStore(db.database);
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate fraud_reports, report_findings, report_related, report_decisions, report_history"));

const add = async (...findings: NewReport[]): Promise<string[]> => [...expectValue(await store.addFindings(findings, BUDGET_MS))].sort();
const reports = () => db.rows("select * from fraud_reports order by id");
const everything = async (): Promise<string> =>
  JSON.stringify([
    await reports(),
    await db.rows("select * from report_findings order by id"),
    await db.rows("select * from report_related order by 1, 2, 3"),
    await db.rows("select * from report_decisions order by 1, 2"),
    await db.rows("select * from report_history order by id"),
  ]);

test("a finding opens a report with all that it names, and its opening is its history", async () => {
  const deadline = { atMs: NOON + 60 * MINUTE_MS, fallback: "block" } as const;
  expect(await add(aFinding({ id: "f1", decisionIds: ["d1", "d2"], ruleId: "shop/R1", deadline }))).toEqual(["f1"]);
  const [report, ...rest] = await reports();
  expect(rest).toEqual([]);
  expect(report).toMatchObject({
    id: "f1",
    status: "pending",
    findings: 1,
    version: 1,
    fallback: "block",
    rule_id: "shop/R1",
    entity_kind: "ip",
  });
  expect(await db.rows("select kind, value from report_related order by 1")).toEqual([
    { kind: "client", value: "c1" },
    { kind: "device", value: "d1" },
    { kind: "ip", value: "198.51.100.7" },
  ]);
  expect(await db.rows("select decision_id from report_decisions order by 1")).toEqual([{ decision_id: "d1" }, { decision_id: "d2" }]);
  expect(await db.rows("select actor, action, to_status from report_history")).toEqual([
    { actor: "system:trigger", action: "open", to_status: "pending" },
  ]);
});

test("repeating a call changes nothing and says again which findings opened a report", async () => {
  const findings = [
    aFinding({ id: "a", dedupKey: "k" }),
    aFinding({ id: "b", dedupKey: "k" }),
    aFinding({ id: "c" }),
    aFinding({ id: "c" }),
  ];
  expect(await add(...findings)).toEqual(["a", "c"]);
  const before = await everything();
  expect(await add(...findings)).toEqual(["a", "c"]);
  expect(await add(...findings.toReversed())).toEqual(["a", "c"]);
  expect(await everything()).toBe(before);
});

test("a finding of an open key is taken in: severity and fallback as the gravest say, the first deadline, related and decisions of both", async () => {
  await add(aFinding({ id: "a", dedupKey: "k", decisionIds: ["d1"], deadline: { atMs: NOON + 9 * MINUTE_MS, fallback: "allow" } }));
  const later = { openedAtMs: NOON + MINUTE_MS, deadline: { atMs: NOON + 5 * MINUTE_MS, fallback: "block" } } as const;
  const related = { addresses: [], devices: ["d9"], clients: ["c1"] };
  expect(await add(aFinding({ id: "b", dedupKey: "k", severity: "critical", decisionIds: ["d1", "d2"], related, ...later }))).toEqual([]);
  await add(aFinding({ id: "c", dedupKey: "k", severity: "low" }));
  const [report, ...rest] = await reports();
  expect(rest).toEqual([]);
  expect(report).toMatchObject({ id: "a", findings: 3, severity: "critical", fallback: "block", version: 1 });
  expect(report).toMatchObject({ deadline_at: new Date(NOON + 5 * MINUTE_MS), last_found_at: new Date(NOON + MINUTE_MS) });
  expect(await db.rows("select decision_id from report_decisions order by 1")).toEqual([{ decision_id: "d1" }, { decision_id: "d2" }]);
  expect((await db.rows("select value from report_related where kind = 'device' order by 1")).map(({ value }) => value)).toEqual([
    "d1",
    "d9",
  ]);
  expect(await db.rows("select id, report_id from report_findings order by id")).toEqual(
    ["a", "b", "c"].map((id) => ({ id, report_id: "a" })),
  );
});

test("the worlds do not share keys", async () => {
  expect(await add(aFinding({ id: "a", dedupKey: "k" }), aFinding({ id: "b", dedupKey: "k", livemode: false }))).toEqual(["a", "b"]);
});

test("a decided report takes no finding in: a new one opens another, one that it had opens none", async () => {
  await add(aFinding({ id: "a", dedupKey: "k" }));
  await db.rows("update fraud_reports set status = 'rejected'");
  expect(await add(aFinding({ id: "a", dedupKey: "k" }))).toEqual(["a"]);
  expect(await reports()).toHaveLength(1);
  expect(await add(aFinding({ id: "a", dedupKey: "k" }), aFinding({ id: "b", dedupKey: "k" }))).toEqual(["a", "b"]);
  expect((await reports()).map(({ id, status }) => [id, status])).toEqual([
    ["a", "rejected"],
    ["b", "pending"],
  ]);
});

test("a severity that a person set stays", async () => {
  await add(aFinding({ id: "a", dedupKey: "k" }));
  await db.rows("update fraud_reports set severity = 'low', version = 2");
  await add(aFinding({ id: "b", dedupKey: "k", severity: "critical" }));
  expect((await reports())[0]).toMatchObject({ severity: "low", findings: 2 });
});

test("however many bring findings of the same keys at once, each key has one report and each finding counts once", async () => {
  const findings = Array.from({ length: 60 }, (_, n) => aFinding({ id: `f${n}`, dedupKey: `k${n % 3}`, decisionIds: [`d${n}`] }));
  const calls = Array.from({ length: 12 }, (_, n) => findings.slice(n * 4, n * 4 + 12).sort(() => (n % 2 === 0 ? 1 : -1)));
  await Promise.all([...calls, ...calls].map((call) => add(...call)));
  const brought = new Set(calls.flat().map(({ id }) => id)).size;
  expect(await db.rows("select count(*) as reports, sum(findings) as findings from fraud_reports")).toEqual([
    { reports: 3, findings: brought },
  ]);
  expect(await db.rows("select count(*) as n from report_findings")).toEqual([{ n: brought }]);
  expect(await db.rows("select count(*) as n from report_decisions")).toEqual([{ n: brought }]);
  expect(await db.rows("select count(*) as n from report_history")).toEqual([{ n: 3 }]);
});

test("text that Postgres cannot hold does not keep a finding out", async () => {
  expect(await add(aFinding({ id: "odd", evidence: { agent: "a\0b\ud800" }, description: "x\0y" }))).toEqual(["odd"]);
});
