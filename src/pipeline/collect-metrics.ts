import type { Sample } from "../core/metrics/family.ts";
import type { Services, WaitUntil } from "./services.ts";

const BUDGET_MS = 3_000;
const MODEL_STATES = ["ready", "loading", "failed"] as const;

/** Every metric as it is now: counters from Postgres, depths from both stores, states of this isolate. A store that is away is named and its values are left out. */
export async function collectMetrics(services: Services, waitUntil: WaitUntil): Promise<readonly Sample[]> {
  await services.metrics.meter.flush();
  const [recorded, live, test, pointer] = await Promise.all([
    services.metrics.store.read(BUDGET_MS),
    services.metrics.countPending("live", BUDGET_MS),
    services.metrics.countPending("test", BUDGET_MS),
    services.config.redis.read(BUDGET_MS),
  ]);
  await services.live.follow(pointer.ok ? pointer.value : null, BUDGET_MS, waitUntil);
  const samples: Sample[] = [
    { name: "tollgate_store_up", labels: ["postgres"], value: recorded.ok ? 1 : 0 },
    { name: "tollgate_store_up", labels: ["redis"], value: live.ok && test.ok ? 1 : 0 },
  ];
  if (recorded.ok) {
    const { counters, deadLetters, statisticsRefreshedMs, lastDecisions } = recorded.value;
    samples.push(...counters, { name: "tollgate_dead_letters", labels: [], value: deadLetters });
    if (statisticsRefreshedMs !== null)
      samples.push({ name: "tollgate_client_statistics_refreshed_timestamp_seconds", labels: [], value: statisticsRefreshedMs / 1_000 });
    for (const { livemode, atMs } of lastDecisions)
      samples.push({ name: "tollgate_last_decision_timestamp_seconds", labels: [String(livemode)], value: atMs / 1_000 });
  }
  if (live.ok) samples.push({ name: "tollgate_outbox_pending", labels: ["true"], value: live.value });
  if (test.ok) samples.push({ name: "tollgate_outbox_pending", labels: ["false"], value: test.value });
  const { seq } = services.live.health();
  if (seq !== null) samples.push({ name: "tollgate_ruleset_seq", labels: [], value: seq });
  for (const state of MODEL_STATES)
    samples.push({
      name: "tollgate_model_state",
      labels: [state, services.model.version() ?? ""],
      value: services.model.state() === state ? 1 : 0,
    });
  return samples;
}
