import type { World } from "../../core/access/api-key.ts";
import type { NewAlert } from "../../core/alerts/alert.ts";
import { callerAlerts } from "../../core/baselines/caller-alerts.ts";
import { comparableWindows } from "../../core/baselines/comparable-windows.ts";
import { trafficAlerts } from "../../core/baselines/traffic-alerts.ts";
import type { Services } from "../services.ts";

const READ_BUDGET_MS = 15_000;
const RAISE_BUDGET_MS = 5_000;
const CALLERS_MS = 15 * 60_000;

/** By schedule: compares what happens with what is usual and raises alerts, one a cause. Null when a store failed; the next run looks again. */
export async function raiseSmartAlerts(services: Services): Promise<true | null> {
  const nowMs = services.clock();
  const found = [
    await aboutTraffic(services, "live", nowMs),
    await aboutTraffic(services, "test", nowMs),
    await aboutCallers(services, nowMs),
  ];
  let isDone = found.every((alerts) => alerts !== null);
  for (const alert of found.flatMap((alerts) => alerts ?? [])) {
    const raised = await services.alerts.raise(alert, RAISE_BUDGET_MS);
    if (!raised.ok) isDone = false;
  }
  return isDone ? true : null;
}

async function aboutTraffic({ triggers, configOptions, log }: Services, world: World, nowMs: number): Promise<readonly NewAlert[] | null> {
  const { current, currentHour, weeks } = comparableWindows(nowMs, configOptions.timeZone);
  const windows = [current, currentHour, ...weeks.flatMap(({ samples, around }) => [around, ...samples])];
  const read = await triggers.traffic.count(world, windows, READ_BUDGET_MS);
  if (!read.ok) {
    log("traffic_not_counted", { world, source: read.error.source, reason: read.error.reason });
    return null;
  }
  const countsOf = new Map(windows.map((window, at) => [window, read.value.counts[at] ?? {}]));
  const { sinceMs } = read.value;
  const known = weeks.filter(({ around }) => sinceMs !== null && around.fromMs >= sinceMs);
  return trafficAlerts({
    world,
    current: countsOf.get(current) ?? {},
    currentHour: countsOf.get(currentHour) ?? {},
    weeks: known.map(({ samples, around }) => ({
      samples: samples.map((sample) => countsOf.get(sample) ?? {}),
      around: countsOf.get(around) ?? {},
    })),
    untilMs: current.untilMs,
  });
}

async function aboutCallers({ triggers, log }: Services, nowMs: number): Promise<readonly NewAlert[] | null> {
  const read = await triggers.callers.since(nowMs - CALLERS_MS, READ_BUDGET_MS);
  if (read.ok) return callerAlerts(read.value, nowMs);
  log("callers_not_counted", { source: read.error.source, reason: read.error.reason });
  return null;
}

/** By schedule: forgets counts as old as the events they were made of. */
export async function forgetTraffic({ triggers, clock, retentionDays }: Services): Promise<true | null> {
  const forgotten = await triggers.traffic.forget(clock() - retentionDays * 86_400_000, READ_BUDGET_MS);
  return forgotten.ok ? true : null;
}
