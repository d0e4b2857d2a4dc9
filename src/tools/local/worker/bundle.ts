import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { buildAssets } from "../../build/assets.ts";
import { Refusal } from "../refusal.ts";
import { CACHE, REPOSITORY } from "../repository.ts";
import { readWranglerConfig } from "./wrangler-config.ts";

/** A Worker as `wrangler deploy` would upload it. */
export interface Bundle {
  readonly folder: string;
  /** workerd starts the first. */
  readonly modules: readonly { readonly name: string; readonly kind: "esModule" | "wasm" | "data" }[];
  readonly compatibilityDate: string;
  /** `[vars]` of wrangler.toml. */
  readonly vars: Readonly<Record<string, string>>;
}

const KINDS = { js: "esModule", wasm: "wasm", onnx: "data" } as const;
/** What a bundle is made of: folders and files of the repository. The Worker imports nothing of `src/tools`. */
export const SOURCES = ["src", "rules", "models", "wrangler.toml", "package-lock.json"] as const;
const KEPT_BUNDLES = 4;

/** Builds a Worker with wrangler, as for a deployment, and uploads nothing. @param entry path of its entry in the repository */
export async function bundleWorker(entry: string, folder: string, signal?: AbortSignal): Promise<Bundle> {
  // wrangler.toml names this folder, and wrangler wants it to be there.
  buildAssets(join(REPOSITORY, "dist/assets"));
  mkdirSync(folder, { recursive: true });
  const wrangler = createRequire(import.meta.url).resolve("wrangler");
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(folder, "logs"),
    // Its own settings it keeps below a home folder, which a service user may not have.
    XDG_CONFIG_HOME: join(folder, "config"),
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
  const args = ["--no-warnings", wrangler, "deploy", entry, "--dry-run", "--outdir", folder, "--env="];
  const options = { cwd: REPOSITORY, env, maxBuffer: 16 * 1024 * 1024, ...(signal === undefined ? {} : { signal }) };
  await promisify(execFile)(process.execPath, args, options).catch((error: { stderr?: string }) => {
    signal?.throwIfAborted();
    // `Build failed with 1 error:` only announces the line that says which.
    // wrangler colours what it says whatever it is told.
    const faults = [...stripVTControlCharacters(error.stderr ?? "").matchAll(/\[ERROR\] (?!Build failed)(.*)/g)].map(([, fault]) => fault);
    throw new Refusal(`wrangler did not build ${entry}: ${faults.join("; ") || error}; mend it and try again`);
  });
  return openBundle(folder);
}

function openBundle(folder: string): Bundle {
  const modules = readdirSync(folder).flatMap((name) => {
    const kind = KINDS[name.split(".").at(-1) as keyof typeof KINDS];
    return kind === undefined ? [] : [{ name, kind }];
  });
  const main = modules.filter(({ kind }) => kind === "esModule");
  const { compatibility_date: compatibilityDate, vars } = readWranglerConfig();
  return { folder, modules: [...main, ...modules.filter(({ kind }) => kind !== "esModule")], compatibilityDate, vars };
}

/** The decision Worker's bundle, built when no earlier one was made of the same sources. @param log told before it is built */
export async function cachedBundle(log: (line: string) => void, signal: AbortSignal): Promise<Bundle> {
  const home = join(CACHE, "bundles");
  const folder = join(home, hashOfSources());
  if (!existsSync(folder)) {
    log("building the Worker");
    const partial = `${folder}.${process.pid}`;
    try {
      await bundleWorker("src/index.ts", partial, signal);
      // Another start may have been faster; its bundle is as good.
      if (!existsSync(folder)) renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    forgetOldest(home);
  }
  utimesSync(folder, new Date(), new Date());
  return openBundle(folder);
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    if (path === join("src", "tools")) return;
    const full = join(REPOSITORY, path);
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
  };
  for (const path of SOURCES) add(path);
  return hash.digest("hex").slice(0, 32);
}

function forgetOldest(home: string): void {
  const finished = readdirSync(home).filter((name) => !name.includes("."));
  const newestFirst = finished.map((name) => ({ path: join(home, name), usedMs: statSync(join(home, name)).mtimeMs }));
  newestFirst.sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of newestFirst.slice(KEPT_BUNDLES)) rmSync(path, { recursive: true, force: true });
}
