import type { NewReport } from "../../core/reports/report.ts";
import { findPeaks } from "../../core/triggers/find-peaks.ts";
import { probesFor } from "../../core/triggers/probe-traffic.ts";
import { reportPeak } from "../../core/triggers/report-peak.ts";
import { MOST_EVENTS_READ } from "../../core/triggers/trigger-document.ts";
import type { RecordEntry } from "../../ports/records.ts";
import type { Services } from "../services.ts";

const READ_BUDGET_MS = 5_000;
const OPEN_BUDGET_MS = 10_000;

/**
 * After recording: opens the reports that triggers ask for, from the decisions' stored facts and, for events without one, from one query. Seen again,
 * the same entries open nothing more. A query that fails twice is logged and passed over, so that the outbox goes on: the entity's next event looks at
 * the same window anew. Reports that cannot be opened are opened when the entries come again, unless Postgres refuses them as such.
 */
export async function openTriggeredReports(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const found = [...reportsOfDecisions(services, entries), ...(await reportsOfTraffic(services, entries))];
  if (found.length === 0) return true;
  const opened = await services.reports.open(found, OPEN_BUDGET_MS);
  if (opened.ok) return true;
  services.log("reports_not_opened", { reports: found.length, source: opened.error.source, reason: opened.error.reason });
  return opened.error.reason === "invalid";
}

function reportsOfDecisions(services: Services, entries: readonly RecordEntry[]): readonly NewReport[] {
  const { judge } = services.triggers.compiled();
  return entries.flatMap(({ event, decision, livemode }) => (decision === null ? [] : (judge({ event, decision, livemode }) ?? [])));
}

async function reportsOfTraffic(services: Services, entries: readonly RecordEntry[]): Promise<readonly NewReport[]> {
  const { compiled, traffic, nameHash: hash } = services.triggers;
  const probes = probesFor(compiled().events, entries);
  if (probes.length === 0) return [];
  const look = () =>
    traffic.around(
      probes.map(({ probe }) => probe),
      MOST_EVENTS_READ,
      READ_BUDGET_MS,
    );
  const first = await look();
  const read = first.ok ? first : await look();
  if (!read.ok) {
    services.log("traffic_not_read", { probes: probes.length, source: read.error.source, reason: read.error.reason });
    return [];
  }
  const nowMs = services.clock();
  return probes.flatMap(({ trigger, probe: { value, livemode }, fromMs }, at) =>
    findPeaks(trigger, read.value[at] ?? [], fromMs).map((peak) => reportPeak(trigger, peak, { value, livemode, hash, nowMs })),
  );
}
