import type { NewReport } from "../../core/reports/report.ts";
import { ok, type Result } from "../../core/result.ts";
import { findPeaks } from "../../core/triggers/find-peaks.ts";
import { probesFor } from "../../core/triggers/probe-traffic.ts";
import { reportPeak } from "../../core/triggers/report-peak.ts";
import { MOST_EVENTS_READ } from "../../core/triggers/trigger-document.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { RecordEntry } from "../../ports/records.ts";
import type { Services } from "../services.ts";

const READ_BUDGET_MS = 5_000;
const OPEN_BUDGET_MS = 10_000;

/**
 * After recording: opens the reports that triggers ask for, from the decisions' stored facts and, for events without one, from one query. Seen again,
 * the same entries open nothing more. With Postgres away the entries come again; what it refuses or answers too late is logged and passed over, so
 * that the outbox goes on: the entity's next event looks at the same window anew.
 */
export async function openTriggeredReports(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const decided = reportsOfDecisions(services, entries);
  const traffic = await reportsOfTraffic(services, entries);
  if (!traffic.ok && mayPass(traffic.error)) return false;
  const found = [...decided, ...(traffic.ok ? traffic.value : [])];
  if (found.length === 0) return true;
  const opened = await services.reports.open(found, OPEN_BUDGET_MS);
  if (opened.ok) return true;
  services.log("reports_not_opened", { reports: found.length, source: opened.error.source, reason: opened.error.reason });
  return opened.error.reason === "invalid";
}

/** Recording does not get through either. */
const mayPass = ({ reason }: SourceFault): boolean => reason === "unavailable";

function reportsOfDecisions(services: Services, entries: readonly RecordEntry[]): readonly NewReport[] {
  const { judge } = services.triggers.compiled();
  return entries.flatMap(({ event, decision, livemode }) => (decision === null ? [] : (judge({ event, decision, livemode }) ?? [])));
}

async function reportsOfTraffic(services: Services, entries: readonly RecordEntry[]): Promise<Result<readonly NewReport[], SourceFault>> {
  const probes = probesFor(services.triggers.compiled().events, entries);
  if (probes.length === 0) return ok([]);
  const read = await services.triggers.traffic.around(
    probes.map(({ probe }) => probe),
    MOST_EVENTS_READ,
    READ_BUDGET_MS,
  );
  if (!read.ok) {
    services.log("traffic_not_read", { probes: probes.length, source: read.error.source, reason: read.error.reason });
    return read;
  }
  const nowMs = services.clock();
  const reports = probes.flatMap(({ trigger, probe, fromMs }, at) =>
    findPeaks(trigger, read.value[at] ?? [], fromMs).map((peak) =>
      reportPeak(trigger, peak, { value: probe.value, livemode: probe.livemode, hash: services.triggers.nameHash, nowMs }),
    ),
  );
  return ok(reports);
}
