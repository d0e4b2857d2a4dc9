import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, type MiniflareOptions } from "miniflare";
import { REPOSITORY } from "../repository.ts";
import type { Bundle } from "./bundle.ts";
import type { WranglerConfig } from "./wrangler-config.ts";

export interface RuntimePlan {
  readonly bundle: Bundle;
  readonly config: WranglerConfig;
  /** Variables beside those of wrangler.toml, or in their place; secrets among them. */
  readonly vars: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where KV, R2 and queues keep their data. */
  readonly storage: string;
}

/** The entry's own way to this machine's stores. */
const LOOPBACK = "TOLLGATE_LOOPBACK";

const MODULE_TYPES = { esModule: "ESModule", wasm: "CompiledWasm", data: "Data" } as const;

/**
 * The decision Worker for Miniflare, with the bindings of wrangler.toml and a socket of its own: callers reach workerd with nothing in between.
 * On Cloudflare an asset is served before the Worker is asked, and the platform names the caller's address; here the entry does both.
 */
export function miniflareOptions({ bundle, config, vars, port, storage }: RuntimePlan): MiniflareOptions {
  const [main, ...others] = bundle.modules.map(({ name, kind }) => {
    const contents = readFileSync(join(bundle.folder, name));
    return {
      type: MODULE_TYPES[kind],
      path: join(bundle.folder, name),
      contents: kind === "esModule" ? contents.toString("utf8") : contents,
    };
  });
  if (main === undefined) throw new Error(`${bundle.folder} holds no bundle`);
  const { directory, binding, html_handling } = config.assets;
  const assets = join(REPOSITORY, directory);
  const entry = {
    type: "ESModule" as const,
    path: join(bundle.folder, "local-entry.mjs"),
    contents: entryOf(bundle.modules[0]?.name ?? "", binding, assetPaths(assets)),
  };
  const consumers = config.queues.consumers.map((consumer) => {
    return [
      consumer.queue,
      {
        maxBatchSize: consumer.max_batch_size,
        maxBatchTimeout: consumer.max_batch_timeout,
        maxRetries: consumer.max_retries,
        ...(consumer.retry_delay === undefined ? {} : { retryDelay: consumer.retry_delay }),
        ...(consumer.dead_letter_queue === undefined ? {} : { deadLetterQueue: consumer.dead_letter_queue }),
      },
    ] as const;
  });
  return convertV4MiniflareOptions({
    // Miniflare's own entry is not used by callers.
    host: "127.0.0.1",
    port: 0,
    log: new Log(LogLevel.WARN),
    // Neither a look-up of this machine's place nor telemetry.
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: storage,
    defaultPersistRoot: storage,
    workers: [
      {
        name: config.name,
        modulesRoot: bundle.folder,
        modules: [entry, main, ...others],
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        bindings: { ...config.vars, ...vars },
        kvNamespaces: Object.fromEntries(config.kv_namespaces.map(({ binding, id }) => [binding, id])),
        r2Buckets: Object.fromEntries(config.r2_buckets.map(({ binding, bucket_name }) => [binding, bucket_name])),
        queueProducers: Object.fromEntries(config.queues.producers.map(({ binding, queue }) => [binding, { queueName: queue }])),
        queueConsumers: Object.fromEntries(consumers),
        assets: { directory: assets, binding, assetConfig: { html_handling }, routerConfig: { has_user_worker: true } },
        // The default entry point would pass through the asset router.
        unsafeDirectSockets: [{ host: "127.0.0.1", port, entrypoint: "direct" }],
        serviceBindings: { [LOOPBACK]: { network: { allow: ["private"] } } },
        unsafeRegisterWorker: false,
        stripCfConnectingIp: false,
      },
    ],
  });
}

function entryOf(main: string, binding: string, paths: readonly string[]): string {
  return `import { env as bindings } from "cloudflare:workers";
import worker from ${JSON.stringify(`./${main}`)};
export * from ${JSON.stringify(`./${main}`)};
export default worker;
// Miniflare passes every request of a Worker through one of its own, which costs a tenth of the CPU of a decision; the stores are asked without.
const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const isHere = typeof input === "string" && input.startsWith("http://127.0.0.1:");
  return isHere ? bindings.${LOOPBACK}.fetch(input, init) : fetchAnywhere(input, init);
};
const ASSETS = new Set(${JSON.stringify(paths)});
export const direct = {
  fetch(request, env, ctx) {
    if (request.method !== "POST" && ASSETS.has(new URL(request.url).pathname)) return env[${JSON.stringify(binding)}].fetch(request);
    if (request.headers.has("cf-connecting-ip")) return worker.fetch(request, env, ctx);
    const named = new Request(request);
    named.headers.set("cf-connecting-ip", "127.0.0.1");
    return worker.fetch(named, env, ctx);
  },
};
`;
}

/** What the asset folder serves; `_headers` and `_redirects` are instructions to it. */
function assetPaths(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("_"))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
}
