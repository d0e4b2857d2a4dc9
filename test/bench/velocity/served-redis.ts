import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { findRedis } from "../../../src/tools/local/redis/find-redis.ts";
import { startRedis } from "../../../src/tools/local/redis/redis-engine.ts";
import { dropKeyLocking } from "../../../src/tools/local/upstash/script-alias.ts";

/** What the server spent since the last reset. */
export interface Usage {
  readonly cpuMicroseconds: number;
  /** Calls and microseconds by command; a script's inner commands are also in the script's own time. */
  readonly commands: ReadonlyMap<string, { readonly calls: number; readonly microseconds: number }>;
}
export interface ServedRedis {
  /** Sends commands together on one connection; gives their replies in order. */
  send(commands: readonly (readonly string[])[]): Promise<unknown[]>;
  /** Loads a script written for Upstash; gives its hash. */
  load(script: string): Promise<string>;
  reset(): Promise<void>;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

/** A Redis that is emptied and then measured: the one at `url`, or one of its own that `close` ends. */
export async function serveRedis(url: string | undefined): Promise<ServedRedis> {
  const own = url === undefined ? await startOwn() : null;
  const client = await createClient({ url: url ?? own?.url ?? "", RESP: 2 }).connect();
  await client.flushAll();
  let cpuBefore = 0;
  const cpu = async (): Promise<number> => {
    const text = await client.info("cpu");
    const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(text)?.[1] ?? 0);
    return (seconds("used_cpu_user_main_thread") + seconds("used_cpu_sys_main_thread")) * 1e6;
  };
  return {
    send: (commands) => Promise.all(commands.map((command) => client.sendCommand([...command]))),
    load: (script) => client.scriptLoad(dropKeyLocking(script)),
    async reset() {
      await client.configResetStat();
      cpuBefore = await cpu();
    },
    async usage() {
      const cpuMicroseconds = (await cpu()) - cpuBefore;
      const stats = await client.info("commandstats");
      const commands = new Map<string, { calls: number; microseconds: number }>();
      for (const [, name = "", calls, usec] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm))
        if (name !== "info" && !name.startsWith("config")) commands.set(name, { calls: Number(calls), microseconds: Number(usec) });
      return { cpuMicroseconds, commands };
    },
    async close() {
      client.destroy();
      await own?.stop();
    },
  };
}

async function startOwn(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  const { signal } = new AbortController();
  const found = await findRedis((line) => console.log(line), signal);
  if (!found.ok) throw new Error(`the bench needs a real Redis: ${found.error}`);
  const engine = await startRedis(found.value, { folder, password: "bench", keeping: "disposable", signal, log: () => {} });
  return {
    url: engine.url,
    stop: async () => {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
