import { createConsoleLog } from "../adapters/console/log.ts";
import { disposableDomains } from "../adapters/email/disposable-domains.ts";
import { createAuditAnchors } from "../adapters/kv/audit-anchors.ts";
import { createKvConfigStore } from "../adapters/kv/config-store.ts";
import { bundledModel } from "../adapters/onnx/bundled-model.ts";
import { createModelRuntime } from "../adapters/onnx/model-runtime.ts";
import { createAggregateSource } from "../adapters/postgres/aggregate-source.ts";
import { createKeyRecords } from "../adapters/postgres/api-keys.ts";
import { createAuditLog } from "../adapters/postgres/audit-log.ts";
import { createUnmatchedStore } from "../adapters/postgres/caller-activity.ts";
import { createDatabase } from "../adapters/postgres/database.ts";
import { createHealthSource } from "../adapters/postgres/database-health.ts";
import { createRefusalStore } from "../adapters/postgres/gate-refusals.ts";
import { createMaintenance } from "../adapters/postgres/maintenance.ts";
import { createManifestStore } from "../adapters/postgres/manifest-store.ts";
import { createMetricStore } from "../adapters/postgres/metrics.ts";
import { createRecordStore } from "../adapters/postgres/record-store.ts";
import { createStaffWrites } from "../adapters/postgres/staff-writes.ts";
import { createOutboxQueue } from "../adapters/queue/outbox-queue.ts";
import { createRedisClient } from "../adapters/redis/client.ts";
import { createConfigStore } from "../adapters/redis/config-store.ts";
import { createIdempotencyStore } from "../adapters/redis/idempotency-store.ts";
import { createKeyMirror } from "../adapters/redis/key-mirror.ts";
import { createLimitStore } from "../adapters/redis/limit-store.ts";
import { createPendingShards } from "../adapters/redis/pending-shards.ts";
import { createVelocityStore } from "../adapters/redis/velocity-store.ts";
import { createKeyDigest, type World } from "../core/access/api-key.ts";
import { equalDigests } from "../core/access/digest.ts";
import { createMasterKeys } from "../core/audit/master-keys.ts";
import { createAuditSealer } from "../core/audit/seal.ts";
import { compileConfig } from "../core/config/compile.ts";
import type { FeatureCatalogue } from "../core/features/catalogue.ts";
import type { Log } from "../core/log/log-line.ts";
import { createHmacHex } from "../core/secrecy/digest-hex.ts";
import { createDimensionHash } from "../core/velocity/dimension-hash.ts";
import { createSecretBox } from "../core/webhooks/secret-box.ts";
import { readConfig } from "../env.ts";
import { createAuditTrail } from "../pipeline/audit-trail.ts";
import { createGathering } from "../pipeline/gather-settlements.ts";
import { createHttpMeter } from "../pipeline/http-meter.ts";
import { createCallLimiter } from "../pipeline/limit-calls.ts";
import { createLiveConfig } from "../pipeline/live-config.ts";
import { createScorer } from "../pipeline/score-model.ts";
import type { Services } from "../pipeline/services.ts";
import { createKeyVerifier } from "../pipeline/verify-key.ts";
import { createTokenVerifier } from "../pipeline/verify-token.ts";
import { createMoverWake } from "../pipeline/wake-mover.ts";
import type { AggregateSource } from "../ports/aggregates.ts";
import { createAccess } from "./access.ts";
import { createAddresses } from "./addresses.ts";
import { createAuth } from "./auth.ts";
import { createAutoblock } from "./autoblock.ts";
import { createBacktests } from "./backtests.ts";
import { createConfigStores } from "./config-stores.ts";
import { createEvidence } from "./evidence.ts";
import { createExternalChecks } from "./external-checks.ts";
import { createFeeds } from "./feeds.ts";
import { gatePartsOf } from "./gate.ts";
import { createGuard } from "./guard.ts";
import { createLists } from "./lists.ts";
import { createPrivacy } from "./privacy.ts";
import { createReports } from "./reports.ts";
import { createTriggers } from "./triggers.ts";
import { createWebhooks } from "./webhooks.ts";

/** One set of services per isolate: a deployment's bindings do not change under it. */
let made: Services | null = null;
let loading: "not begun" | "begun" = "not begun";

/** Tells of bugs, also of a Worker that is set up wrong and so has no services. */
export const reportBug: Log = createConsoleLog(() => Date.now(), "error");

/** The composition root: reads the bindings and joins adapters to ports. */
export function servicesOf(env: unknown): Services {
  made ??= createServices(env);
  return made;
}

/** Begins to load the model, once per isolate; the caller keeps the promise alive past its own answer. */
export async function startModel(env: unknown): Promise<void> {
  if (loading === "begun") return;
  loading = "begun";
  const services = servicesOf(env);
  const loaded = await services.model.load(bundledModel.bytes, bundledModel.card);
  if (!loaded.ok) services.log("model_failed", { reason: loaded.error.reason, detail: loaded.error.detail });
}

function createServices(env: unknown): Services {
  const config = readConfig(env);
  const clock = (): number => Date.now();
  const hash = createDimensionHash(config.hashSecret);
  const redisClient = createRedisClient(config.redis);
  const database = createDatabase(config.database);
  const redis = createConfigStore(redisClient);
  const kv = createKvConfigStore(config.bindings.config);
  const manifests = createManifestStore(database);
  const configOptions = { hash, disposableDomains, currencyExponent: config.currency.exponent, timeZone: config.timeZone };
  const outbox = createOutboxQueue(config.bindings.outbox);
  const pending = createPendingShards(redisClient, hash, clock);
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const model = createModelRuntime(bundledModel.wasm);
  const metricStore = createMetricStore(database);
  const velocity = (world: World) => createVelocityStore(redisClient, { world, hash, clock });
  const keyDigest = createKeyDigest(config.hashSecret);
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const sealer = createAuditSealer({
    masters: createMasterKeys(config.auditKeys),
    digest: (text) => keyDigest(`audit\n${text}`),
    randomBytes,
    newId: () => crypto.randomUUID(),
  });
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const log = createConsoleLog(clock, config.logLevel);
  const mirror = createKeyMirror(redisClient);
  const newId = (): string => crypto.randomUUID();
  const secondFactor = {
    secrets: createSecretBox(createMasterKeys(config.auditKeys, "second-factor"), randomBytes),
    requiredOf: config.secondFactorRoles,
  };
  const auth = createAuth({ jwtSecret: config.jwtSecret, secondFactor, database, redis: redisClient, digest: keyDigest, newId, clock });
  const webhooks = createWebhooks({ database, outbox, config, randomBytes, clock });
  return {
    clock,
    newId,
    permissions: config.permissions,
    gate: gatePartsOf(env, { mode: "enforce", withoutOrigin: "explain" }),
    auth,
    access: createAccess(database, mirror),
    verifyToken: createTokenVerifier(auth, config.keyBudgetMs),
    eventSettings: {
      currency: config.currency,
      merchantDimensions: config.merchantDimensions,
      tokenizeCard: (digits) => `pan_${hash.hash64("card", digits)}`,
    },
    retentionDays: config.retentionDays,
    budgets: { deadlineMs: config.deadlineMs, velocityMs: config.velocityBudgetMs, aggregatesMs: config.aggregatesBudgetMs },
    verifyKey: createKeyVerifier({
      digest: createHmacHex(config.hashSecret),
      mirror,
      records: createKeyRecords(database),
      clock,
      budgetMs: config.keyBudgetMs,
    }),
    limitCalls: createCallLimiter({ store: createLimitStore(redisClient, hash), clock, budgetMs: config.velocityBudgetMs }),
    live: createLiveConfig({
      contents: [redis, kv, { get: manifests.content }],
      fallbackPointer: kv,
      pointers: [redis, kv, { read: manifests.latest }],
      followBudgetMs: config.rulesetBudgetMs,
      compile: (manifest, ruleset, features, loadedLists) => compileConfig(manifest, ruleset, features, { ...configOptions, loadedLists }),
      clock,
    }),
    configOptions,
    velocity: { live: velocity("live"), test: velocity("test") },
    settlements: { live: createGathering({ clock, wait }), test: createGathering({ clock, wait }) },
    aggregatesOf: perCatalogue((catalogue, world) =>
      createAggregateSource(database, catalogue.declarations, { livemode: world === "live", timeZone: config.timeZone }),
    ),
    records: createRecordStore(database, config.currency),
    maintenance: createMaintenance(database, config.timeZone),
    model,
    score: createScorer(model, config.currency.exponent),
    outbox,
    config: createConfigStores(database, { redis, kv }),
    addresses: createAddresses(database, redisClient, hash),
    feeds: createFeeds(database, config.lapiKey),
    lists: createLists({ database, redis: redisClient, kv: config.bindings.config, hash, clock }),
    refusals: createRefusalStore(database),
    autoblock: createAutoblock(database, redisClient, hash),
    staff: createStaffWrites(database, sealer),
    audit: {
      log: createAuditLog(database, sealer),
      unmatched: createUnmatchedStore(database),
      anchors: createAuditAnchors(config.bindings.config),
      trail: createAuditTrail({ outbox, clock, pause, log }),
    },
    ...createGuard(database, redisClient, hash),
    triggers: createTriggers({ database, currency: config.currency, hash }),
    webhooks,
    reports: createReports({ database, webhooks, review: config.review }),
    backtests: createBacktests(database),
    externalChecks: createExternalChecks({ database, redis: redisClient, hash, config, names: webhooks.names, clock }),
    idempotency: createIdempotencyStore(redisClient, { digest: keyDigest, randomBytes, hash }),
    privacy: createPrivacy({ database, redis: redisClient, hash, sealer, config }),
    evidence: createEvidence(config, database),
    databaseHealth: createHealthSource(database),
    pending,
    wake: createMoverWake({ outbox, shardOf: pending.of, clock, pause }),
    log,
    metrics: {
      store: metricStore,
      meter: createHttpMeter(metricStore, clock),
      isKey: createKeyCheck(config.metricsKey, keyDigest),
    },
    surface: { isLocal: config.isLocal, corsOrigins: config.corsOrigins, adminNetworks: config.adminNetworks },
  };
}

/** Compiles the SQL of a catalogue once; a new catalogue makes the old one's garbage. */
function perCatalogue(create: (catalogue: FeatureCatalogue, world: World) => AggregateSource): Services["aggregatesOf"] {
  const sources = new WeakMap<FeatureCatalogue, Map<World, AggregateSource>>();
  return (catalogue, world) => {
    const byWorld = sources.get(catalogue) ?? new Map<World, AggregateSource>();
    const source = byWorld.get(world) ?? create(catalogue, world);
    sources.set(catalogue, byWorld.set(world, source));
    return source;
  };
}

/** Compares keys by their digests, so neither length nor content of the wanted one shows in the time it takes. */
function createKeyCheck(wanted: string | null, digest: (text: string) => Promise<string>): Services["metrics"]["isKey"] {
  if (wanted === null) return null;
  return async (text) => equalDigests(await digest(`metrics\n${text}`), await digest(`metrics\n${wanted}`));
}
