import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { VERSION } from "../../core/product.ts";
import { Health } from "../../http/routes/health.ts";
import type { Vars } from "../local/stack-vars.ts";
import { distanceOf, type Finding, measure, networkCode, shownMs } from "./finding.ts";

const PATIENCE_MS = 15_000;
const PART = "Worker";
const STORES = { redis: "Redis", postgres: "Postgres", kv: "KV" } as const;

export interface WorkerPlan {
  readonly url: string;
  readonly vars: Vars;
  readonly deadlineMs: number;
  /** The data folder of a local stack, for its key. */
  readonly dir: string;
}
export interface WorkerFindings {
  readonly findings: readonly Finding[];
  /** The version the isolate that answered decides with; null for none, undefined when no Worker answered. */
  readonly runningSeq: number | null | undefined;
}

/** Asks the Worker how it is, how far its stores are from it, and whether it takes the key. */
export async function checkWorker({ url, vars, deadlineMs, dir }: WorkerPlan): Promise<WorkerFindings> {
  const reports: Health[] = [];
  const measured = await measure(() => askHealth(url, reports));
  if ("fault" in measured) return { findings: [wrong(measured.fault.says, measured.fault.fix)], runningSeq: undefined };
  const last = reports.at(-1);
  if (last === undefined) throw new Error("no answer was kept");
  const version: readonly Finding[] =
    last.version === VERSION
      ? []
      : [{ state: "warning", part: PART, says: `it runs version ${last.version}, this checkout is ${VERSION}`, fix: "`npm run deploy`" }];
  return {
    findings: [
      { state: "ok", part: PART, says: `${url} answers in ${shownMs(measured.medianMs)}` },
      ...version,
      ...Object.entries(STORES).flatMap(([name, part]) => checkStore(reports, name, part, deadlineMs)),
      ...(last.parts.model?.status === "down"
        ? [{ state: "warning", part: "model", says: "it could not be loaded", fix: "`model_failed` in the Worker's log says why" } as const]
        : []),
      ...(await checkKey(url, vars, dir)),
    ],
    runningSeq: last.versions.seq,
  };
}

/** What the Worker itself says of a store: only it knows KV, and how far the others are from where it runs. */
function checkStore(reports: readonly Health[], name: string, part: string, deadlineMs: number): readonly Finding[] {
  const seen = reports.flatMap(({ parts }) => parts[name] ?? []);
  const down = seen.filter(({ status }) => status === "down").length;
  if (down > 0) {
    const says = `the Worker did not reach it in ${down} of ${seen.length} tries (${seen.find(({ detail }) => detail)?.detail ?? "no reason given"})`;
    const fix =
      part === "KV"
        ? "see that wrangler.toml binds CONFIG to a namespace of this account; decisions go on from Redis meanwhile"
        : "see whether the same store answers from here, then the Worker's secrets: `npx wrangler secret list --env production`";
    return [{ state: "wrong", part, says, fix }];
  }
  const trips = seen.flatMap(({ round_trip_ms }) => round_trip_ms ?? []).sort((a, b) => a - b);
  const median = trips[Math.floor(trips.length / 2)];
  return median === undefined ? [] : [distanceOf(part, median, part === "KV" ? Number.POSITIVE_INFINITY : deadlineMs, "by the Worker")];
}

async function askHealth(url: string, reports: Health[]): Promise<{ readonly says: string; readonly fix: string } | null> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const report = Health.safeParse(await answer.json().catch(() => null));
    if (report.success) {
      reports.push(report.data);
      return null;
    }
    const fix =
      answer.status >= 500
        ? "a secret or variable is missing or malformed, and the Worker's log names it: `npx wrangler tail --env production`, `npx wrangler secret list --env production`"
        : "set TOLLGATE_URL (or --url) to where the decision Worker answers";
    return { says: `${url}/health answers with status ${answer.status}, and not as Tollgate does`, fix };
  } catch (error) {
    const fix = "`npm start` runs one here, `npm run deploy` on Cloudflare; TOLLGATE_URL or --url says where it is";
    return { says: `nothing answers at ${url} (${networkCode(error)})`, fix };
  }
}

async function checkKey(url: string, vars: Vars, dir: string): Promise<readonly Finding[]> {
  const key = vars.TOLLGATE_KEY ?? localKey(vars, dir);
  if (key === null) return [{ state: "note", part: "key", says: "TOLLGATE_KEY is not set, so no key was tried" }];
  const answer = await fetch(`${url}/api/v1/me`, { headers: { "x-api-key": key }, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => null,
  );
  const code =
    answer === null || answer.ok ? null : z.object({ code: z.string() }).safeParse(await answer.json().catch(() => null)).data?.code;
  if (answer?.ok) return [{ state: "ok", part: "key", says: "it is valid" }];
  // Whoever may not ask who he is was recognised all the same.
  if (answer?.status === 403) return [{ state: "ok", part: "key", says: "it is valid" }];
  if (answer?.status === 401) {
    const fix = "`npm run keys -- create NAME` makes one; after a change of HASH_SECRET no older key is known";
    return [{ state: "wrong", part: "key", says: `the Worker does not take it (${code ?? "401"})`, fix }];
  }
  const says = `it could not be tried (${code ?? answer?.status ?? "no answer"})`;
  return [{ state: "wrong", part: "key", says, fix: "no store could confirm it: see what is said of Redis and Postgres" }];
}

/** A local stack's own, when it is the one that is asked. */
function localKey(vars: Vars, dir: string): string | null {
  const file = join(dir, "keys.json");
  if (!vars.NEON_HTTP_ENDPOINT || !existsSync(file)) return null;
  return z.object({ api: z.string() }).safeParse(JSON.parse(readFileSync(file, "utf8"))).data?.api ?? null;
}

const wrong = (says: string, fix: string): Finding => ({ state: "wrong", part: PART, says, fix });
