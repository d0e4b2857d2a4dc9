import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness, type TestHarness } from "wrangler";
import { REPOSITORY } from "../../src/tools/local/repository.ts";
import { createTestGateways, type TestGateways } from "./test-gateways.ts";

/** The decision Worker in workerd, over stores of its own. */
export interface TestWorker {
  readonly server: TestHarness;
  readonly gateways: TestGateways;
  close(): Promise<void>;
}

/** Another Worker on the same stores: an instance of the decision Worker, or of another entry of the repository. */
export type Instance = string | { readonly name: string; readonly main: string };

/**
 * @param vars variables that differ from wrangler.toml's, such as `DEADLINE_MS`
 * @param others further instances: `server.getWorker(name)`
 */
export async function createTestWorker(vars: Readonly<Record<string, string>> = {}, others: readonly Instance[] = []): Promise<TestWorker> {
  const gateways = await createTestGateways();
  const folder = mkdtempSync(join(tmpdir(), "tollgate-config-"));
  const configs = [
    join(REPOSITORY, "wrangler.toml"),
    ...others.map((other) =>
      writeConfig(folder, { ...(typeof other === "string" ? { name: other } : other), root: REPOSITORY, isConsumer: false }),
    ),
  ];
  const server = createTestHarness({
    workers: configs.map((configPath) => ({ configPath, vars: { ...vars }, secrets: { ...gateways.vars } })),
  });
  const close = async () => {
    await server.close();
    await gateways.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await server.listen();
  } catch (error) {
    await close();
    throw error;
  }
  return { server, gateways, close };
}

export interface InstanceConfig {
  readonly name: string;
  /** The checkout it is built from. */
  readonly root: string;
  /** Its entry, when it is not the one of wrangler.toml. */
  readonly main?: string;
  /** A queue has one consumer, and the schedules one Worker. */
  readonly isConsumer: boolean;
}

/** Writes a checkout's configuration for an instance of its Worker under another name; gives its path. */
export function writeConfig(folder: string, { name, root, main, isConsumer }: InstanceConfig): string {
  const [local = ""] = readFileSync(join(root, "wrangler.toml"), "utf8").split(/^# -+ Production/m);
  const named = local
    .replace(/^name = .*$/m, `name = "${name}"`)
    .replace(/^main = "(.*)"$/m, (_, entry: string) => `main = ${JSON.stringify(join(root, main ?? entry))}`)
    .replace(/^directory = "(.*)"$/m, (_, directory: string) => `directory = ${JSON.stringify(join(root, directory))}`);
  const text = isConsumer
    ? named
    : named.replace(/^\[triggers\]\n(?:(?!\n\[)[\s\S])*/m, "").replace(/^\[\[queues\.consumers\]\]\n(?:(?!\n\[)[\s\S])*/gm, "");
  const path = join(folder, `${name}.toml`);
  writeFileSync(path, text);
  return path;
}
