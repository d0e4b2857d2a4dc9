import { describe, expect, test } from "vitest";
import { editReport, isOpen, labelOf, moveReport, verdictOf } from "../../../src/core/reports/moves.ts";
import { REPORT_STATUSES, type ReportStatus } from "../../../src/core/reports/report.ts";
import type { Report } from "../../../src/core/reports/report-record.ts";
import { aReport } from "../../support/builders/reports.ts";
import { NOON } from "../../support/records/record-builder.ts";

/** S4.1, written down beside the code's own table. */
const ALLOWED: readonly (readonly [ReportStatus, ReportStatus])[] = [
  ["pending", "reviewing"],
  ["pending", "confirmed"],
  ["pending", "rejected"],
  ["reviewing", "confirmed"],
  ["reviewing", "rejected"],
  ["confirmed", "resolved"],
  ["rejected", "resolved"],
  ["resolved", "reviewing"],
];
const isAllowed = (from: ReportStatus, to: ReportStatus): boolean => ALLOWED.some(([a, b]) => a === from && b === to);
const actor = { id: "user_ann", name: "Ann" };
const move = (report: Report, to: ReportStatus, resolution: string | null = null) =>
  moveReport(report, { to, resolution, note: "why", actor, atMs: NOON });

describe.each(REPORT_STATUSES.flatMap((from) => REPORT_STATUSES.map((to) => [from, to] as const)))("%s → %s", (from, to) => {
  test(isAllowed(from, to) ? "is done, and leaves a line" : "is refused, naming what is allowed", () => {
    const moved = move(aReport({ status: from, version: 4 }), to);
    if (isAllowed(from, to))
      expect(moved).toMatchObject({
        ok: true,
        value: { report: { status: to, version: 5 }, step: { action: "move", from, to, actor, note: "why", atMs: NOON } },
      });
    else {
      const allowed = REPORT_STATUSES.filter((status) => isAllowed(from, status));
      expect(moved).toEqual({ ok: false, error: { kind: "move_not_allowed", from, to, allowed: expect.arrayContaining(allowed) } });
      expect(moved.ok === false && moved.error.allowed).toHaveLength(allowed.length);
    }
  });
});

const moved = (report: Report, to: ReportStatus, resolution: string | null = null): Report => {
  const result = move(report, to, resolution);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value.report;
};

test("who takes a report that nobody has gets it; one that somebody has stays theirs", () => {
  expect(moved(aReport({}), "reviewing").assignee).toBe("user_ann");
  expect(moved(aReport({ assignee: "user_bob" }), "reviewing").assignee).toBe("user_bob");
});

test("a decision says who, when and what came of it; resolving keeps it unless it says otherwise", () => {
  const rejected = moved(aReport({ status: "reviewing" }), "rejected", "a sale");
  expect(rejected).toMatchObject({ decidedBy: "user_ann", decidedAtMs: NOON, resolution: "a sale" });
  expect(moved(rejected, "resolved")).toMatchObject({ decidedBy: "user_ann", resolution: "a sale" });
  expect(moved(rejected, "resolved", "told the shop").resolution).toBe("told the shop");
});

test("a report that is opened again has no deadline and no decision", () => {
  const resolved = aReport({
    status: "resolved",
    decidedBy: "user_bob",
    decidedAtMs: 1,
    resolution: "x",
    deadline: { atMs: 9, fallback: "block" },
  });
  expect(moved(resolved, "reviewing")).toMatchObject({ deadline: null, decidedBy: null, decidedAtMs: null, resolution: null });
});

test("an edit tells each field that it changed, and nothing of the others", () => {
  const { report, step } = editReport(aReport({}), { severity: "critical", notes: "" }, { actor, atMs: NOON, note: null });
  expect(report).toMatchObject({ severity: "critical", version: 2 });
  expect(step).toMatchObject({ action: "edit", changes: { severity: ["medium", "critical"] } });
  expect(editReport(aReport({}), {}, { actor, atMs: NOON, note: "looked" }).step.changes).toBeNull();
});

test("labels, verdicts and what is open follow the status", () => {
  expect(REPORT_STATUSES.map((status) => [status, labelOf(status), verdictOf(status), isOpen(status)])).toEqual([
    ["pending", null, null, true],
    ["reviewing", null, null, true],
    ["confirmed", "fraud", "block", false],
    ["rejected", "legitimate", "allow", false],
    ["resolved", null, null, false],
  ]);
});
