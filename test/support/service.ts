import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { Client } from "pg";
import { type DevelopmentKeys, seedKeys } from "../../src/tools/local/seed-keys.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { createTestWorker, type Instance, type TestWorker } from "./test-worker.ts";

export interface Call {
  readonly method?: string;
  /** Which of the development keys; null sends none. Default `api`. */
  readonly as?: keyof DevelopmentKeys | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which instance answers; the first when left out. */
  readonly instance?: string;
}
// biome-ignore lint/suspicious/noExplicitAny: an answer is what the test is about to look at
export type Json = any;
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** The whole service on real engines: workerd, keys of every role, and by default the packs of `rules/` published. */
export interface TestService extends TestWorker {
  readonly keys: DevelopmentKeys;
  call(path: string, call?: Call): Promise<Reply>;
  publish(ruleset?: { files: { name: string; text: string }[]; features: string | null; message: string }): Promise<Reply>;
  /** Runs the schedule of one cron of wrangler.toml. */
  schedule(cron: string): Promise<void>;
  /** Runs SQL behind the service's back. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, Json>[]>;
  /** Sends one command to Redis behind the service's back. */
  redis(command: readonly string[]): Promise<Json>;
}

/**
 * @param vars variables that differ from wrangler.toml's; deadlines are long by default, because a test machine is slow and shared
 * @param others further instances on the same stores
 */
export async function startService(vars: Readonly<Record<string, string>> = {}, others: readonly Instance[] = []): Promise<TestService> {
  const dataDir = mkdtempSync(join(tmpdir(), "tollgate-keys-"));
  const slow = {
    DEADLINE_MS: "10000",
    KEY_BUDGET_MS: "1000",
    VELOCITY_BUDGET_MS: "5000",
    AGGREGATES_BUDGET_MS: "5000",
    RULESET_BUDGET_MS: "5000",
  };
  const worker = await createTestWorker({ ...slow, ...vars }, others);
  const database = new Client({ connectionString: worker.gateways.postgresUrl });
  await database.connect();
  const redis = await createClient({ url: worker.gateways.redisUrl, RESP: 2 }).connect();
  const { DATABASE_URL, NEON_HTTP_ENDPOINT, HASH_SECRET } = worker.gateways.vars;
  const keys = await seedKeys({
    baseUrl: "",
    databaseUrl: DATABASE_URL,
    neonEndpoint: NEON_HTTP_ENDPOINT,
    hashSecret: HASH_SECRET,
    dataDir,
  });

  const call = async (path: string, { method, as = "api", body, text, headers = {}, instance }: Call = {}): Promise<Reply> => {
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const target = instance === undefined ? worker.server : worker.server.getWorker(instance);
    const answer = await target.fetch(`http://tollgate.test${path}`, {
      method: method ?? (sent === undefined ? "GET" : "POST"),
      headers: {
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
        ...(as === null ? {} : { "x-api-key": keys[as] }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const answered = await answer.text();
    const isJson = answered !== "" && /json/.test(answer.headers.get("content-type") ?? "");
    return { status: answer.status, headers: answer.headers as unknown as Headers, body: isJson ? JSON.parse(answered) : answered };
  };

  return {
    ...worker,
    keys,
    call,
    publish: (ruleset = defaultRuleset()) => call("/api/admin/fraud-rules/publish", { as: "admin", body: ruleset }),
    schedule: async (cron) => {
      await worker.server.getWorker().scheduled({ cron });
    },
    sql: async (query, values = []) => (await database.query(query, [...values])).rows,
    redis: (command) => redis.sendCommand([...command]),
    close: async () => {
      redis.destroy();
      await database.end();
      await worker.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
