import type { Result } from "../../../core/result.ts";
import { digestHex } from "../../../core/secrecy/digest-hex.ts";
import type { SourceFault } from "../../../ports/answer.ts";
import { type Command, type RedisClient, type Reply, resultsOf } from "../client.ts";

/** One call of a script. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly string[];
}
/** Runs a Lua script by its hash, and by its text where Redis does not know it, in one request and one budget. */
export interface Script {
  /** The replies in order; `after` may add commands behind each call, in the same request, and their replies follow that call's. */
  run(
    calls: readonly ScriptCall[],
    budgetMs: number,
    after?: (index: number) => readonly Command[],
  ): Promise<Result<readonly unknown[], SourceFault>>;
}

export function createScript(client: RedisClient, text: string): Script {
  let known: string | null = null;
  return {
    async run(calls, budgetMs, after) {
      const endMs = performance.now() + budgetMs;
      // Each request hashes for itself until one has: a shared promise would tie a request to another's.
      const sha = known ?? (await digestHex("SHA-1", text));
      known = sha;
      const commands = (name: "EVALSHA" | "EVAL", script: string): Command[] => {
        const all: Command[] = [];
        for (const [index, { keys, args }] of calls.entries()) {
          all.push([name, script, keys.length, ...keys, ...args]);
          if (after !== undefined) all.push(...after(index));
        }
        return all;
      };
      const byHash = await client.sendCommands(commands("EVALSHA", sha), budgetMs);
      if (!byHash.ok || !byHash.value.some(isUnknownScript)) return resultsOf(byHash);
      // A call that its hash still found runs again: every script may.
      return resultsOf(await client.sendCommands(commands("EVAL", text), endMs - performance.now()));
    },
  };
}

function isUnknownScript(reply: Reply): boolean {
  return reply.error?.startsWith("NOSCRIPT") === true;
}
