import * as z from "zod";
import { createRefusalDataset } from "../adapters/analytics/refusal-dataset.ts";
import { createSharedLists, type ListCache } from "../adapters/cache/shared-lists.ts";
import { createConsoleLog } from "../adapters/console/log.ts";
import { createBaseSource } from "../adapters/kv/list-base.ts";
import { createCheckpointSource } from "../adapters/kv/list-checkpoint.ts";
import { createProxyOrigin, routeOrigin } from "../adapters/origin/fetch-origin.ts";
import { createOutboxQueue } from "../adapters/queue/outbox-queue.ts";
import { createRedisClient } from "../adapters/redis/client.ts";
import { createListSource } from "../adapters/redis/list-store.ts";
import { createTurnstileVerifier, TURNSTILE_URL } from "../adapters/turnstile/turnstile-verifier.ts";
import { createGatePolicy } from "../core/gate/policy.ts";
import { createTextSigner } from "../core/gate/signed-text.ts";
import type { Log } from "../core/log/log-line.ts";
import { digestHex } from "../core/secrecy/digest-hex.ts";
import { type GateConfig, type GateOrigins, type GateOverrides, readGateConfig } from "../gate-env.ts";
import { createGateLists } from "../pipeline/gate/create-gate-lists.ts";
import type { GateLists } from "../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../pipeline/gate/gate-parts.ts";
import { createLiveLists } from "../pipeline/lists/live-lists.ts";
import type { Origin, RefusalSink } from "../ports/gate.ts";
import type { OutboxMessage } from "../ports/outbox.ts";

/** How often an isolate looks into its location's cache; how often Redis is asked is `LIST_POLL_SECONDS`. */
const LOOK_MS = 500;
const WAIT_MS = 50;

const has = (value: unknown, method: string): boolean => typeof (value as Record<string, unknown> | undefined)?.[method] === "function";
const Outbox = z.object({ OUTBOX: z.custom<Queue<OutboxMessage>>((value) => has(value, "send")) });
const Dataset = z.object({ REFUSALS: z.custom<AnalyticsEngineDataset>((value) => has(value, "writeDataPoint")) });

const clock = (): number => Date.now();

/** Lists of a gate whose stores are not set: nobody is listed, and every answer says so. */
const NO_LISTS: GateLists = { ready: async () => "none", refresh: () => {}, find: () => ({ verdict: "none", entry: null }) };

/**
 * The gate's composition root; neither Postgres nor ONNX. A setting that is wrong has a safe value (`readGateConfig`) and is named in the log, in the
 * gate's health, and on every answer by `x-tollgate: degraded`.
 */
export function gatePartsOf(env: unknown, overrides: GateOverrides = {}): GateParts {
  const config = readGateConfig(env, overrides);
  const log = createConsoleLog(clock, config.logLevel);
  for (const { name, message } of config.faults) log("setting_wrong", { setting: name, message });
  const lists = config.stores === null ? NO_LISTS : createLists(config.stores, config.listPollMs, log);
  return {
    policy: createGatePolicy(config.mode, config.paths, config.assets),
    trustedProxyHeader: config.trustedProxyHeader,
    lists: config.looksUp ? lists : null,
    signer: config.secret === null ? null : createTextSigner(config.secret),
    deviceCookie: config.deviceCookie,
    challenge: createChallenge(config.turnstile),
    origin: createOrigin(config.origins, overrides),
    originKey: config.originKey,
    contact: config.contact,
    settingFaults: config.faults,
    refusals: refusalsOf(env),
    pause: (ms) => new Promise((done) => setTimeout(done, ms)),
    clock,
    newId: () => crypto.randomUUID(),
    log,
  };
}

function createLists({ kv, redis }: NonNullable<GateConfig["stores"]>, freshMs: number, log: Log): GateLists {
  // A cache of its own: what an origin lets be cached under any name cannot pass for a version.
  const openCache = (): Promise<ListCache> => caches.open("tollgate");
  const source = createSharedLists(openCache, createListSource(createRedisClient(redis), "live"), { freshMs, clock });
  const hashOf = (bytes: ArrayBuffer): Promise<string> => digestHex("SHA-256", new Uint8Array(bytes));
  const live = createLiveLists({ source, checkpoints: createCheckpointSource(kv, "live"), bases: createBaseSource(kv), hashOf, clock });
  return createGateLists({ live, lookMs: LOOK_MS, waitMs: WAIT_MS, clock, log });
}

/** Workers Analytics Engine and the outbox of the decision Worker, each where it is bound. Refusals are found by reference in the outbox's alone. */
function refusalsOf(env: unknown): RefusalSink | null {
  const [bound, points] = [Outbox.safeParse(env), Dataset.safeParse(env)];
  const dataset = points.success ? createRefusalDataset(points.data.REFUSALS) : null;
  if (!bound.success) return dataset;
  const outbox = createOutboxQueue(bound.data.OUTBOX);
  return {
    async send(batch, budgetMs) {
      await dataset?.send(batch, budgetMs);
      return outbox.send({ kind: "refusals", batch }, 0, budgetMs);
    },
  };
}

function createChallenge(turnstile: GateConfig["turnstile"]): GateParts["challenge"] {
  if (turnstile === null) return null;
  const verifier = createTurnstileVerifier({ url: turnstile.url ?? TURNSTILE_URL, secret: turnstile.secret });
  return { siteKey: turnstile.siteKey, verifier };
}

function createOrigin(origins: GateOrigins, { withoutOrigin = "route" }: GateOverrides): Origin {
  const isRouted = withoutOrigin === "route" && origins.byHost.size === 0 && origins.fallback === null;
  return isRouted ? routeOrigin : createProxyOrigin(origins);
}
