import { err, ok, type Result } from "../../../core/result.ts";

/** No session outlives an HTTP request, so these cannot work over REST; Upstash refuses them too, and what manages the server. */
const REFUSED = new Set([
  ...["MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "SELECT", "AUTH", "HELLO", "QUIT", "CLIENT", "MONITOR", "RESET"],
  ...["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"],
  ...["BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT"],
  ...["SHUTDOWN", "CONFIG", "DEBUG", "MODULE", "REPLICAOF", "SLAVEOF", "SYNC", "PSYNC"],
]);

/** A command as Redis wants it, strings only, or the sentence Upstash answers. */
export function parseCommand(value: unknown): Result<string[], string> {
  if (!Array.isArray(value) || typeof value[0] !== "string" || value[0] === "") return err("ERR failed to parse command");
  const name = value[0].toUpperCase();
  if (REFUSED.has(name)) return err(`ERR Command is not available: '${name}'`);
  return ok(value.map((part: unknown) => (typeof part === "string" ? part : JSON.stringify(part))));
}

/** The commands of a `/pipeline` or `/multi-exec` body: an array of commands, each checked. */
export function parseCommands(value: unknown): Result<string[][], string> {
  if (!Array.isArray(value) || value.length === 0) return err("ERR empty or malformed pipeline request");
  const commands: string[][] = [];
  for (const item of value) {
    const command = parseCommand(item);
    if (!command.ok) return command;
    commands.push(command.value);
  }
  return ok(commands);
}

/** A command in path style: `/set/key/value?EX=60`; a body is the last argument. */
export function commandOfPath(url: URL, body: string): string[] {
  const path = url.pathname.split("/").filter((part) => part !== "");
  const options = [...url.searchParams].filter(([name]) => name !== "_token");
  return [...path.map(decodeURIComponent), ...(body === "" ? [] : [body]), ...options.flat().filter((part) => part !== "")];
}
