import { ALERT_SEVERITIES } from "../core/alerts/alert.ts";
import { readBlockGuard } from "../core/decision/block-guard.ts";
import type { Sample } from "../core/metrics/family.ts";
import type { Answer } from "../ports/answer.ts";
import type { DurableMetrics } from "../ports/metrics.ts";
import type { Services, WaitUntil } from "./services.ts";

const BUDGET_MS = 3_000;
const MODEL_STATES = ["ready", "loading", "failed"] as const;

/** Every metric as it is now: counters from Postgres, depths from both stores, states of this isolate. A store that is away is named and its values are left out. */
export async function collectMetrics(services: Services, waitUntil: WaitUntil): Promise<readonly Sample[]> {
  await services.metrics.meter.flush();
  const [recorded, live, test, pointer, liveGuard, testGuard] = await Promise.all([
    services.metrics.store.read(BUDGET_MS),
    services.pending.count("live", BUDGET_MS),
    services.pending.count("test", BUDGET_MS),
    services.config.redis.read(BUDGET_MS),
    services.guard.flag.read("live", BUDGET_MS),
    services.guard.flag.read("test", BUDGET_MS),
  ]);
  await services.live.follow(pointer.ok ? pointer.value : null, BUDGET_MS, waitUntil);
  const samples: Sample[] = [
    { name: "tollgate_store_up", labels: ["postgres"], value: recorded.ok ? 1 : 0 },
    { name: "tollgate_store_up", labels: ["redis"], value: live.ok && test.ok ? 1 : 0 },
  ];
  if (recorded.ok) {
    const { counters, deadLetters, statisticsRefreshedMs, openAlerts, lastDecisions } = recorded.value;
    samples.push(...counters, { name: "tollgate_dead_letters", labels: [], value: deadLetters });
    if (statisticsRefreshedMs !== null)
      samples.push({ name: "tollgate_client_statistics_refreshed_timestamp_seconds", labels: [], value: statisticsRefreshedMs / 1_000 });
    samples.push(...openAlertSamples(openAlerts));
    for (const { livemode, atMs } of lastDecisions)
      samples.push({ name: "tollgate_last_decision_timestamp_seconds", labels: [String(livemode)], value: atMs / 1_000 });
  }
  if (live.ok) samples.push({ name: "tollgate_outbox_pending", labels: ["true"], value: live.value });
  if (test.ok) samples.push({ name: "tollgate_outbox_pending", labels: ["false"], value: test.value });
  const { seq } = services.live.health();
  if (seq !== null) {
    samples.push({ name: "tollgate_ruleset_seq", labels: [], value: seq });
    samples.push(...guardSamples(services, seq, "true", liveGuard), ...guardSamples(services, seq, "false", testGuard));
  }
  for (const state of MODEL_STATES)
    samples.push({
      name: "tollgate_model_state",
      labels: [state, services.model.version() ?? ""],
      value: services.model.state() === state ? 1 : 0,
    });
  return samples;
}

/** All severities of both worlds, so that an alert on them sees the way down to zero. */
function openAlertSamples(open: DurableMetrics["openAlerts"]): Sample[] {
  return [true, false].flatMap((livemode) =>
    ALERT_SEVERITIES.map((severity) => ({
      name: "tollgate_alerts_open",
      labels: [severity, String(livemode)],
      value: open.find((one) => one.severity === severity && one.livemode === livemode)?.count ?? 0,
    })),
  );
}

function guardSamples(services: Services, seq: number, livemode: string, flag: Awaited<Answer<string | null>>): Sample[] {
  if (!flag.ok) return [];
  const isHeld = readBlockGuard(flag.value, seq, services.clock()) !== null;
  return [{ name: "tollgate_block_guard_held", labels: [livemode], value: isHeld ? 1 : 0 }];
}
