import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAlertStore } from "../../src/adapters/postgres/alerts.ts";
import { createCaseSource } from "../../src/adapters/postgres/backtest-cases.ts";
import { createEntryStore } from "../../src/adapters/postgres/list-entries.ts";
import { createNamedListStore } from "../../src/adapters/postgres/list-names.ts";
import { createManifestStore } from "../../src/adapters/postgres/manifest-store.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import { createReportStore } from "../../src/adapters/postgres/reports.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import { createWebhookOutbox } from "../../src/adapters/postgres/webhooks/webhook-outbox.ts";
import { editReport } from "../../src/backoffice/reports/edit-report.ts";
import { type MoveDeps, moveReport } from "../../src/backoffice/reports/move-report.ts";
import type { StaffContext } from "../../src/backoffice/staff-context.ts";
import { PERMISSIONS } from "../../src/core/access/permission.ts";
import { createCurrency } from "../../src/core/event/money.ts";
import { closeOverdue } from "../../src/pipeline/reports/close-overdue.ts";
import type { RecordStore } from "../../src/ports/records.ts";
import type { ReportStore } from "../../src/ports/reports.ts";
import { testSealer } from "../support/builders/audit.ts";
import { aFinding } from "../support/builders/reports.ts";
import { aDecided, anEvent, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const HOUR_MS = 3_600_000;
let db: TestDatabase;
let store: ReportStore;
let records: RecordStore;
let deps: MoveDeps;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createReportStore(db.database);
  records = createRecordStore(db.database, createCurrency("EUR"));
  const unused = { get: never, put: never, pointer: never, advance: never } as unknown as MoveDeps["kv"];
  deps = {
    ...{ writes: createStaffWrites(db.database, testSealer()), newId: randomUUID, reports: store },
    ...{ webhooks: createWebhookOutbox(db.database), entries: createEntryStore(db.database), enforce: async () => [] },
    alerts: createAlertStore(db.database),
    ...{ named: createNamedListStore(db.database), manifests: createManifestStore(db.database), redis: unused, kv: unused },
  };
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate fraud_reports, report_findings, report_related, report_decisions, report_history, labels"));

function never(): never {
  throw new Error("no version goes live here");
}
const as = (name: string, nowMs = NOON): StaffContext => ({
  actor: { id: `user_${name}`, name },
  ...{
    role: "analyst",
    world: "live",
    address: "192.0.2.1",
    requestId: `req-${name}`,
    nowMs,
    ifVersion: null,
    scopes: null,
    permissions: PERMISSIONS,
  },
});
const find = async (...findings: Parameters<typeof aFinding>[0][]) =>
  expectValue(await store.addFindings(findings.map(aFinding), BUDGET_MS));
const labels = async () => (await db.rows("select decision_id, label from labels order by 1")).map((row) => [row.decision_id, row.label]);
const deadlineAt = (nowMs: number) =>
  closeOverdue({
    clock: () => nowMs,
    newId: randomUUID,
    staff: deps.writes,
    webhooks: createWebhookOutbox(db.database),
    log: () => {},
    reports: { store },
  });

test("of two reviewers racing on one report one wins, a thousand times, and no update is lost", { timeout: 240_000 }, async () => {
  const RACES = 1_000;
  const LANES = 5;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const id = `race-${lane}`;
    await find({ id, decisionIds: [`d-${lane}`] });
    for (let race = 0; race < RACES / LANES; race++) {
      const version = race + 1;
      const edit = (name: string) => editReport(deps, as(name), { id, notes: `${name} ${race}`, version });
      const confirm = (name: string) => moveReport(deps, as(name, NOON + race), { id, to: WALK[race % WALK.length], version });
      const results = await Promise.all([edit("ann"), confirm("bob")]);
      const winners = results.filter((result) => result.ok);
      expect(winners, JSON.stringify(results)).toHaveLength(1);
      // The walk goes on from where it was when the edit won.
      const isMoved = results[1]?.ok === true;
      expect(results.find((result) => !result.ok)).toMatchObject({
        error: { kind: "conflict", current: { version: version + 1 }, changed: { name: isMoved ? "bob" : "ann" } },
      });
      const report = expectValue(await store.byId(id, BUDGET_MS));
      expect(report).toMatchObject({ version: version + 1 });
      if (!isMoved) {
        expect(report?.notes).toBe(`ann ${race}`);
        await db.rows("update fraud_reports set status = $2 where id = $1", [id, WALK[race % WALK.length]]);
      }
    }
  });
  await Promise.all(lanes);
  expect(await db.rows("select distinct version from fraud_reports")).toEqual([{ version: 1 + RACES / LANES }]);
  expect(await db.rows("select count(*) as n from report_history where action <> 'open'")).toEqual([{ n: RACES }]);
});
const WALK = ["reviewing", "confirmed", "resolved"] as const;

test("a finding that comes while a report is closed is labelled with it, or opens another report", async () => {
  for (let race = 0; race < 100; race++) {
    const [id, key] = [`r${race}`, `k${race}`];
    await find({ id, dedupKey: key, decisionIds: [`a${race}`] });
    const [, closed] = await Promise.all([
      find({ id: `${id}-late`, dedupKey: key, decisionIds: [`b${race}`] }),
      moveReport(deps, as("ann"), { id, to: "confirmed" }),
    ]);
    expectValue(closed);
    const behind = await db.rows("select decision_id from report_decisions where report_id = $1", [id]);
    const labelled = await db.rows("select decision_id from labels where source = $1", [`report:${id}`]);
    expect(labelled.map((row) => row.decision_id).sort()).toEqual(behind.map((row) => row.decision_id).sort());
    const reports = await db.rows("select status from fraud_reports where dedup_key = $1 order by status", [key]);
    expect(reports.map(({ status }) => status)).toEqual(behind.length === 2 ? ["confirmed"] : ["confirmed", "pending"]);
  }
});

test("labels of a closed report are what the backtest takes as the truth", async () => {
  const entries = ["x1", "x2", "x3"].map((id) => aDecided(anEvent({ id })));
  expectValue(await records.record(entries, BUDGET_MS));
  const [d1 = "", d2 = ""] = entries.map(({ decision }) => decision?.answer.decision_id ?? "");
  await find({ id: "bad", decisionIds: [d1] }, { id: "good", decisionIds: [d2] });
  expectValue(await moveReport(deps, as("ann"), { id: "bad", to: "confirmed" }));
  expectValue(await moveReport(deps, as("ann"), { id: "good", to: "rejected" }));
  const page = expectValue(
    await createCaseSource(db.database).page(
      { fromMs: NOON - DAY_MS, toMs: NOON + DAY_MS, livemode: true, after: null, limit: 10 },
      BUDGET_MS,
    ),
  );
  const truths = new Map(page.cases.map(({ event, truth }) => [event.id, truth]));
  expect(truths).toEqual(new Map(Object.entries({ x1: "fraud", x2: "legitimate", x3: "unlabelled" })));
});

test("a deadline closes what is open at its time and no sooner, once, whoever runs it", async () => {
  const deadline = (hours: number, fallback: "allow" | "block") => ({ deadline: { atMs: NOON + hours * HOUR_MS, fallback } }) as const;
  await find(
    { id: "soon", ...deadline(1, "allow") },
    { id: "later", ...deadline(2, "block") },
    { id: "never" },
    { id: "decided", ...deadline(1, "block") },
  );
  expectValue(await moveReport(deps, as("ann"), { id: "decided", to: "rejected" }));
  expectValue(await moveReport(deps, as("ann"), { id: "later", to: "reviewing" }));
  const statuses = async () =>
    Object.fromEntries((await db.rows("select id, status from fraud_reports")).map(({ id, status }) => [id, status]));
  expect(await deadlineAt(NOON + HOUR_MS - 1)).toBe(0);
  const runs = await Promise.all(Array.from({ length: 6 }, () => deadlineAt(NOON + HOUR_MS)));
  expect(runs.reduce<number>((sum, closed) => sum + (closed ?? Number.NaN), 0)).toBe(1);
  expect(await statuses()).toEqual({ soon: "rejected", later: "reviewing", never: "pending", decided: "rejected" });
  expect(await deadlineAt(NOON + 48 * HOUR_MS)).toBe(1);
  expect(await statuses()).toEqual({ soon: "rejected", later: "confirmed", never: "pending", decided: "rejected" });
  expect(await labels()).toEqual([]);
});

test("many that are over are closed in one run; with Postgres away it is tried again", async () => {
  const deadline = { atMs: NOON, fallback: "block" } as const;
  await find(...Array.from({ length: 130 }, (_, n) => ({ id: `r${n}`, deadline })));
  db.gateways.neon.faults.set([{ kind: "status", status: 503, match: "append_audit" }]);
  try {
    expect(await deadlineAt(NOON)).toBeNull();
  } finally {
    db.gateways.neon.faults.set([]);
  }
  expect(await deadlineAt(NOON)).toBe(130);
});

test("a report whose cause has an open one since is not opened again", async () => {
  await find({ id: "old", dedupKey: "k" });
  for (const to of ["rejected", "resolved"]) expectValue(await moveReport(deps, as("ann"), { id: "old", to }));
  await find({ id: "new", dedupKey: "k" });
  const again = () => moveReport(deps, as("ann"), { id: "old", to: "reviewing" });
  expect(await again()).toMatchObject({ ok: false, error: { kind: "another_open", id: "new" } });
  expectValue(await moveReport(deps, as("ann"), { id: "new", to: "rejected" }));
  expect(expectValue(await again()).report.status).toBe("reviewing");
});

test("findings do not get in the way of an edit, nor an edit in theirs", async () => {
  await find({ id: "r", dedupKey: "k" });
  for (let n = 0; n < 20; n++) {
    const [edited] = await Promise.all([
      editReport(deps, as("ann"), { id: "r", notes: `note ${n}`, version: n + 1 }),
      find({ id: `f${n}`, dedupKey: "k" }),
    ]);
    expectValue(edited);
  }
  expect(await db.rows("select version, findings, notes from fraud_reports")).toEqual([{ version: 21, findings: 21, notes: "note 19" }]);
});

test("without the role, or with a key that lacks the scope for lists, nothing is moved", async () => {
  await find({ id: "r" });
  const refused = { ok: false, error: { kind: "not_allowed" } };
  expect(await moveReport(deps, { ...as("rob"), role: "readonly" }, { id: "r", to: "confirmed" })).toMatchObject(refused);
  const narrow: StaffContext = { ...as("kay"), scopes: ["reports.handle"] };
  expect(await moveReport(deps, narrow, { id: "r", to: "confirmed", lists: [{ kind: "client" }] })).toMatchObject(refused);
  expect(expectValue(await store.byId("r", BUDGET_MS))?.status).toBe("pending");
  expectValue(await moveReport(deps, narrow, { id: "r", to: "confirmed" }));
});
