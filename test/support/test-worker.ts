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

/** @param vars variables that differ from wrangler.toml's, such as `DEADLINE_MS` */
export async function createTestWorker(vars: Readonly<Record<string, string>> = {}): Promise<TestWorker> {
  const gateways = await createTestGateways();
  const configPath = join(REPOSITORY, "wrangler.toml");
  const server = createTestHarness({ workers: [{ configPath, vars: { ...vars }, secrets: { ...gateways.vars } }] });
  const close = async () => {
    await server.close();
    await gateways.close();
  };
  try {
    await server.listen();
  } catch (error) {
    await close();
    throw error;
  }
  return { server, gateways, close };
}
