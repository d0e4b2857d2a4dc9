import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { freePort } from "../../../src/tools/local/free-port.ts";
import { supervise } from "../../../src/tools/local/process/supervised.ts";
import type { Bundle } from "../../../src/tools/local/worker/bundle.ts";
import { processCpu } from "./process-cpu.ts";

/** A Worker in a workerd of its own, without any proxy in front. */
export interface ServedWorker {
  readonly origin: string;
  /** CPU that its process has used until now, user and system; microseconds. */
  cpu(): number;
  stop(): Promise<void>;
}

export interface ServePlan {
  readonly name: string;
  readonly bundle: Bundle;
  /** Variables beside those of wrangler.toml; secrets among them, so they are passed in the environment. */
  readonly vars: Readonly<Record<string, string>>;
  /** `host:port` of the HTTP service behind the bindings CONFIG, OUTBOX, ASSETS and EVIDENCE; null for a Worker without them. */
  readonly platform: string | null;
}

const { default: WORKERD, version } = workerdOfWrangler();
export const WORKERD_VERSION = version;

/** Runs a bundle under `workerd serve` on a free port; resolves once it answers. */
export async function serveWorker({ name, bundle, vars, platform }: ServePlan): Promise<ServedWorker> {
  const port = await freePort();
  const configFile = join(bundle.folder, "workerd.capnp");
  mkdirSync(join(bundle.folder, "run"), { recursive: true });
  writeFileSync(configFile, configOf(bundle, Object.keys(vars), platform, port));
  const origin = `http://127.0.0.1:${port}`;
  const server = await supervise(
    {
      name: `workerd with ${name}`,
      command: WORKERD,
      args: ["serve", configFile],
      cwd: bundle.folder,
      env: { ...vars },
      user: null,
      input: null,
      stopSignal: "SIGTERM",
      logFile: join(bundle.folder, "run/workerd.log"),
      markFile: join(bundle.folder, "run/workerd.json"),
      signal: new AbortController().signal,
      probe: async () => (await fetch(origin)).text(),
    },
    (line) => console.error(line),
  );
  const first = server.pid();
  const cpu = (): number => {
    const pid = server.pid();
    // A Worker that came back has forgotten what it was warmed up for.
    if (pid === null || pid !== first)
      throw new Error(`workerd with ${name} died while it was measured; see ${bundle.folder}/run/workerd.log`);
    return processCpu(pid);
  };
  return { origin, cpu, stop: () => server.stop() };
}

function configOf(bundle: Bundle, names: readonly string[], platform: string | null, port: number): string {
  const text = (value: string): string => JSON.stringify(value);
  const modules = bundle.modules.map(({ name, kind }) => `(name = ${text(name)}, ${kind} = embed ${text(name)})`);
  const bindings = [
    ...Object.entries(bundle.vars)
      .filter(([name]) => !names.includes(name))
      .map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...names.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
    ...(platform === null ? [] : ["kvNamespace", "queue", "service", "r2Bucket"]).map((kind, i) => {
      return `(name = ${text(["CONFIG", "OUTBOX", "ASSETS", "EVIDENCE"][i] ?? "")}, ${kind} = "platform")`;
    }),
  ];
  const services = [
    `(name = "main", worker = (compatibilityDate = ${text(bundle.compatibilityDate)}, modules = [${modules.join(", ")}], bindings = [${bindings.join(", ")}]))`,
    // The engines' gateways are on this machine, which workerd reaches only when told so.
    `(name = "internet", network = (allow = ["public", "private"]))`,
    ...(platform === null ? [] : [`(name = "platform", external = (address = ${text(platform)}, http = ()))`]),
  ];
  return [
    'using Workerd = import "/workerd/workerd.capnp";',
    "const config :Workerd.Config = (",
    `  services = [${services.join(", ")}],`,
    `  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]`,
    ");",
    "",
  ].join("\n");
}

/** The workerd that wrangler pins: a dependency of it, not of ours. */
function workerdOfWrangler(): { default: string; version: string } {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
  return ofWrangler("workerd") as { default: string; version: string };
}
