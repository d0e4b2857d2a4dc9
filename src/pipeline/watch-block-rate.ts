import type { World } from "../core/access/api-key.ts";
import type { NewAlert } from "../core/alerts/alert.ts";
import { readBlockGuard } from "../core/decision/block-guard.ts";
import { holdBriefly, judgeBlockRate } from "../core/guard/block-rate.ts";
import { SLOT_MS, WINDOW_MS } from "../core/guard/slot.ts";
import { err, ok } from "../core/result.ts";
import { Policy } from "../core/rules/ruleset.ts";
import type { Answer } from "../ports/answer.ts";
import type { DecidingVersion } from "../ports/guard.ts";
import type { RecordEntry } from "../ports/records.ts";
import { type Rollback, rollBackBreach } from "./roll-back-breach.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 5_000;
/** Slots outlive the window for those who look at what happened. */
const KEEP_SLOTS_MS = 3_600_000;

/** After recording: judges the worlds that decided something. It never wants entries again: the next ones, or the schedule, judge anew. */
export async function watchRecordedBlocks(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const worlds = new Set(entries.filter(({ decision }) => decision !== null).map(({ livemode }): World => (livemode ? "live" : "test")));
  for (const world of worlds) await watchWorld(services, world);
  return true;
}

/** By schedule: judges both worlds also when nothing comes any more, and forgets what no window needs. Null when a store failed. */
export async function watchBlockRates(services: Services): Promise<true | null> {
  const watched = [await watchWorld(services, "live"), await watchWorld(services, "test")];
  const forgotten = await services.guard.rates.forget(services.clock() - KEEP_SLOTS_MS, BUDGET_MS);
  return watched.every(Boolean) && forgotten.ok ? true : null;
}

/** Past its budgets, or with a store away: the flag stays as it is and each isolate has a cap of its own. */
async function watchWorld(services: Services, world: World): Promise<boolean> {
  const judged = await judgeWorld(services, world);
  if (!judged.ok) services.log("block_rate_not_judged", { world, source: judged.error.source, reason: judged.error.reason });
  return judged.ok;
}

async function judgeWorld(services: Services, world: World): Answer<void> {
  const { rates, flag } = services.guard;
  const startMs = services.clock();
  // A slot that reaches into the window counts whole.
  const read = await rates.read(world, startMs - WINDOW_MS - SLOT_MS, BUDGET_MS);
  if (!read.ok) return read;
  const version = read.value;
  if (version === null) return ok(undefined);
  const policy = Policy.safeParse(version.policy);
  if (!policy.success) return err({ source: "postgres", reason: "invalid", detail: `version ${version.seq} has no policy` });
  if (policy.data.maxBlockRate === null) return ok(undefined);
  const text = await flag.read(world, BUDGET_MS);
  if (!text.ok) return text;
  const nowMs = services.clock();
  const held = readBlockGuard(text.value, version.seq, nowMs);
  const step = judgeBlockRate({ seq: version.seq, rate: version.rate, limit: policy.data, held, nowMs });
  switch (step.kind) {
    case "stay":
      return ok(undefined);
    case "release": {
      services.log("block_guard_released", { world, seq: version.seq });
      return flag.release(world, BUDGET_MS);
    }
    case "hold": {
      const isHeld = await flag.hold(world, step.guard, BUDGET_MS);
      services.log("block_guard_held", { world, seq: version.seq, ...version.rate });
      const answered = await answerBreach(services, world, version, policy.data);
      if (!answered.ok) await flag.hold(world, holdBriefly(step.guard, services.clock()), BUDGET_MS);
      return isHeld.ok ? answered : isHeld;
    }
  }
}

/** Raises the alert and, where the policy says so, takes the version back. The test world's traffic never changes what is live. */
async function answerBreach(services: Services, world: World, version: DecidingVersion, policy: Policy): Answer<void> {
  const alert = (rollback: Rollback | null) => breachAlert({ world, version, policy, rollback, atMs: services.clock() });
  const isOurs = policy.onBreach === "rollback" && world === "live";
  const done = isOurs ? await rollBackBreach(services, version.seq, (made) => services.alerts.raising(alert(made))) : ok(null);
  if (done.ok && (done.value?.kind === "rolled_back" || done.value?.kind === "taken_back")) return ok(undefined);
  const raised = await services.alerts.raise(alert(done.ok ? done.value : null), BUDGET_MS);
  return done.ok ? raised : done;
}

function breachAlert(breach: {
  readonly world: World;
  readonly version: DecidingVersion;
  readonly policy: Policy;
  readonly rollback: Rollback | null;
  readonly atMs: number;
}): NewAlert {
  const { world, version, policy, rollback, atMs } = breach;
  const { decisions, blocked } = version.rate;
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  const back =
    rollback?.kind === "rolled_back"
      ? `; version ${rollback.to} is back as version ${rollback.seq}`
      : "; its blocks are held back as reviews";
  return {
    kind: "block_rate",
    severity: "critical",
    world,
    dedupKey: `block_rate:${version.seq}`,
    title: `version ${version.seq} would block ${percent(blocked / decisions)} of decisions, and may block ${percent(policy.maxBlockRate ?? 1)}${back}`,
    details: {
      seq: version.seq,
      decisions,
      blocked,
      max_block_rate: policy.maxBlockRate,
      on_breach: policy.onBreach,
      rollback: rollback?.kind ?? null,
      ...(rollback?.kind === "rolled_back" ? { rolled_back_to: rollback.to, live_seq: rollback.seq } : {}),
    },
    atMs,
  };
}
