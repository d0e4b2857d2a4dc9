import { decisionReviewed } from "../../core/reports/describe-report.ts";
import { moveReport } from "../../core/reports/moves.ts";
import type { Report } from "../../core/reports/report-record.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;
const PAGE = 100;
/** Cases that one run closes; the next one goes on. */
const MOST_CLOSED = 1_000;
const ACTOR = { id: "system:deadline", name: null } as const;

type Deps = Pick<Services, "clock" | "newId" | "staff" | "log"> & {
  readonly reports: Pick<Services["reports"], "store">;
  readonly webhooks: Pick<Services["webhooks"], "adding">;
};

/**
 * By schedule: a case whose deadline is over is closed as its fallback says, by `system:deadline`, and the shop is told. Nobody looked, so its
 * decisions get no label. Somebody who closes it at the same moment wins or is told. Gives how many were closed; null when a store failed.
 */
export async function closeOverdue(services: Deps): Promise<number | null> {
  let closed = 0;
  for (let seen = 0; seen < MOST_CLOSED; seen += PAGE) {
    const found = await services.reports.store.overdue(services.clock(), PAGE, BUDGET_MS);
    if (!found.ok) return null;
    for (const report of found.value) {
      const made = await close(services, report);
      if (!made.ok) return null;
      if (made.value === "made") closed += 1;
    }
    if (found.value.length < PAGE) break;
  }
  if (closed > 0) services.log("cases_closed", { cases: closed });
  return closed;
}

async function close({ reports, clock, newId, staff, webhooks }: Deps, report: Report): Answer<"made" | "stale" | "taken"> {
  const { deadline } = report;
  if (deadline === null) return ok("stale");
  const atMs = clock();
  const resolution = `nobody decided by the deadline: ${deadline.fallback}`;
  const moved = moveReport(report, {
    to: deadline.fallback === "block" ? "confirmed" : "rejected",
    resolution,
    note: null,
    actor: ACTOR,
    atMs,
  });
  if (!moved.ok) return ok("stale");
  const decision = await reports.store.latestDecision(report.id, BUDGET_MS);
  if (!decision.ok) return decision;
  const event = decisionReviewed(moved.value.report, decision.value, atMs);
  const audit = {
    id: newId(),
    atMs,
    world: report.livemode ? "live" : "test",
    actor: { ...ACTOR, role: null },
    action: "report.move",
    target: { kind: "report", id: report.id, isPersonal: false },
    success: true,
    address: null,
    requestId: `deadline:${report.id}`,
    details: { before: { status: report.status }, after: { status: moved.value.report.status, resolution } },
    personal: null,
  } as const;
  const change = reports.store.saving({ before: report, after: moved.value.report, step: moved.value.step, label: null });
  return staff.commit({ change, also: event === null ? [] : [webhooks.adding(event)], audit }, BUDGET_MS);
}
