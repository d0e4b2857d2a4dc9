import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildAssets } from "../../../src/tools/build/assets.ts";
import { REPOSITORY } from "../../../src/tools/local/repository.ts";

/** A Worker as `wrangler deploy` would upload it. */
export interface Bundle {
  readonly folder: string;
  readonly modules: readonly { readonly name: string; readonly kind: "esModule" | "wasm" | "data" }[];
  readonly compatibilityDate: string;
  /** `[vars]` of wrangler.toml. */
  readonly vars: Readonly<Record<string, string>>;
}

const LIMIT_MS = 120_000;
const KINDS = { js: "esModule", wasm: "wasm", onnx: "data" } as const;

/** Builds a Worker with wrangler, as for a deployment, and uploads nothing. @param entry path of its entry in the repository */
export async function bundleWorker(entry: string, folder: string): Promise<Bundle> {
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
    XDG_CONFIG_HOME: join(folder, "config"),
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
  const args = ["--no-warnings", wrangler, "deploy", entry, "--dry-run", "--outdir", folder, "--env="];
  await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY, env, timeout: LIMIT_MS }).catch((error: { stderr?: string }) => {
    const faults = [...(error.stderr ?? "").matchAll(/\[ERROR\] (.*)/g)].map(([, fault]) => fault);
    throw new Error(`wrangler did not build ${entry}: ${faults.join("; ") || error}`);
  });
  const modules = readdirSync(folder).flatMap((name) => {
    const kind = KINDS[name.split(".").at(-1) as keyof typeof KINDS];
    return kind === undefined ? [] : [{ name, kind }];
  });
  // workerd starts the first module.
  const main = modules.filter(({ kind }) => kind === "esModule");
  return { folder, modules: [...main, ...modules.filter(({ kind }) => kind !== "esModule")], ...readWranglerToml() };
}

function readWranglerToml(): Pick<Bundle, "compatibilityDate" | "vars"> {
  const toml = readFileSync(join(REPOSITORY, "wrangler.toml"), "utf8");
  const date = /^compatibility_date = "(.+)"$/m.exec(toml)?.[1];
  const block = /^\[vars\]\n((?:\w+ = ".*"\n)+)/m.exec(toml)?.[1];
  if (date === undefined || block === undefined) throw new Error("wrangler.toml has no compatibility_date or no [vars]");
  return {
    compatibilityDate: date,
    vars: Object.fromEntries([...block.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, value]) => [name, value])),
  };
}
