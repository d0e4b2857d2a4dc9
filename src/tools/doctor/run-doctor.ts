import { parseArgs } from "node:util";
import { locateVars, type Vars } from "../local/stack-vars.ts";
import { readWranglerConfig } from "../local/worker/wrangler-config.ts";
import type { Terminal } from "../rules/terminal.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkRedis } from "./check-redis.ts";
import { checkSettings } from "./check-settings.ts";
import { checkWorker } from "./check-worker.ts";
import type { Finding } from "./finding.ts";

const USAGE = `npm run doctor [-- --url URL] [--dir PATH]

Asks the Worker, Redis, Postgres and KV how they are and how far away, and says what to do about what is wrong.
The local stack in --dir (.local), or the deployment that these name: TOLLGATE_URL (or --url), DATABASE_URL,
UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN, and for more checks TOLLGATE_KEY, HASH_SECRET, JWT_SECRET, AUDIT_KEY, DEADLINE_MS.

Exit code 0 when nothing is wrong (warnings are printed), 1 when something is, 2 for wrong use.`;
const DEADLINE_MS = 150;
const MARKS = { ok: "ok", note: "-", warning: "WARNING", wrong: "WRONG" } as const;

/** `npm run doctor`: gives the exit code. */
export async function runDoctor(args: readonly string[], env: Vars, { say, complain }: Terminal): Promise<0 | 1 | 2> {
  const options = readOptions(args);
  if ("fault" in options) {
    complain(`${options.fault}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    say(USAGE);
    return 0;
  }
  const { dir } = options;
  const vars = { ...locateVars(env, dir), ...given({ TOLLGATE_KEY: env.TOLLGATE_KEY, DEADLINE_MS: env.DEADLINE_MS }) };
  const url = options.url ?? (env.TOLLGATE_URL || vars.TOLLGATE_URL);
  if (!vars.DATABASE_URL && !url) {
    complain(
      `there is nothing to ask: no stack runs in ${dir} (\`npm start\`), and neither TOLLGATE_URL nor DATABASE_URL is set\n\n${USAGE}`,
    );
    return 2;
  }
  const deadlineMs = deadlineOf(vars);
  const findings: readonly Finding[] = [...checkSettings(vars), ...(await ask(url?.replace(/\/+$/, ""), vars, deadlineMs, dir))];

  const width = Math.max(...findings.map(({ part }) => part.length));
  for (const { state, part, says, fix } of findings) {
    say(`${MARKS[state].padEnd(7)}  ${part.padEnd(width)}  ${says}`);
    if (fix !== undefined) say(`${" ".repeat(7)}  ${" ".repeat(width)}  → ${fix}`);
  }
  const countOf = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  say(`\n${countOf("wrong")} wrong, ${countOf("warning")} warnings; a decision has ${deadlineMs} ms`);
  return countOf("wrong") > 0 ? 1 : 0;
}

async function ask(url: string | undefined, vars: Vars, deadlineMs: number, dir: string): Promise<readonly Finding[]> {
  const hasStores = Boolean(vars.DATABASE_URL || vars.UPSTASH_REDIS_REST_URL);
  const unasked = (part: string, says: string): readonly Finding[] => [{ state: "note", part, says }];
  // One after the other: side by side they would measure each other.
  const redis = hasStores ? await checkRedis(vars, deadlineMs) : null;
  const postgres = hasStores ? await checkPostgres(vars, deadlineMs) : null;
  const worker = url === undefined ? null : await checkWorker({ url, vars, deadlineMs, dir });
  return [
    ...(redis?.findings ?? unasked("Redis", "UPSTASH_REDIS_REST_URL is not set, so it was not asked from here")),
    ...(postgres?.findings ?? unasked("Postgres", "DATABASE_URL is not set, so it was not asked from here")),
    ...(worker?.findings ?? unasked("Worker", "TOLLGATE_URL is not set, so neither it, nor KV, nor a key was asked")),
    ...checkVersions(postgres?.publishedSeq, redis?.liveSeq, worker?.runningSeq),
  ];
}

/** Whether the same version is published, live and running; what could not be asked is left out. */
function checkVersions(
  published: number | null | undefined,
  live: number | null | undefined,
  running: number | null | undefined,
): readonly Finding[] {
  const part = "ruleset";
  const known = [published, live, running].filter((seq) => seq !== undefined);
  if (known.length === 0) return [];
  const highest = Math.max(...known.map((seq) => seq ?? 0));
  if (highest === 0) {
    const fix = '`npm run rules -- publish -m "the first rules"` (a local stack publishes rules/ itself when it starts)';
    return [{ state: "wrong", part, says: "nothing was published, so nothing can be decided", fix }];
  }
  const behind = [
    ...(live !== undefined && live !== highest ? [`Redis names version ${live ?? "none"}`] : []),
    ...(running !== undefined && running !== highest ? [`the Worker decides with version ${running ?? "none"}`] : []),
  ];
  if (behind.length === 0) return [{ state: "ok", part, says: `version ${highest} is live` }];
  const fix = "the schedule mends that within a minute: ask again; if it stays, see that the crons of wrangler.toml are deployed";
  return [
    { state: running === null ? "wrong" : "warning", part, says: `version ${highest} is published, but ${behind.join(" and ")}`, fix },
  ];
}

function deadlineOf(vars: Vars): number {
  const { DEADLINE_MS: own } = vars;
  const local = vars.NEON_HTTP_ENDPOINT ? readWranglerConfig().vars.DEADLINE_MS : undefined;
  const ms = Number(own ?? local ?? DEADLINE_MS);
  return Number.isInteger(ms) && ms > 0 ? ms : DEADLINE_MS;
}

function readOptions(args: readonly string[]) {
  try {
    const options = {
      url: { type: "string" },
      dir: { type: "string", default: ".local" },
      help: { type: "boolean", default: false },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.url !== undefined && !URL.canParse(values.url)) return { fault: `\`${values.url}\` is not a URL` };
    return values;
  } catch (error) {
    return { fault: (error as Error).message.split(". ")[0] ?? "wrong use" };
  }
}

const given = (vars: Vars): Vars => Object.fromEntries(Object.entries(vars).filter(([, value]) => value));
