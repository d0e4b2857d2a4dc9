import { setTimeout as wait } from "node:timers/promises";
import type * as z from "zod";
import { Health } from "../../http/routes/health.ts";
import { type Access, accessOf, type SERVICE_FLAGS } from "./access.ts";
import type { FlagValues } from "./flags.ts";
import { refusalOf } from "./refusal.ts";
import { Stopped } from "./stopped.ts";
import type { Console } from "./terminal.ts";

/** The service waits up to 10 s for each of its stores. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 1_000;
const HEALTH = "/health";
const ROOT = "/api/admin/fraud-rules";

export interface ApiCall<S extends z.ZodType> {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly answer: S;
}

/** The workshop's HTTP API, and what else of the service a command asks. */
export interface RulesApi {
  readonly url: string;
  /** One call below `/api/admin/fraud-rules`. Throws `Stopped` with the sentence of a refusal, or when there is no answer of ours. */
  rules<S extends z.ZodType>(path: string, call: ApiCall<S>): Promise<z.infer<S>>;
  /** What `/health` says, whatever its status. */
  health(): Promise<z.infer<typeof Health>>;
}

/** Opens the service that the options, the environment or the local start name; sends nothing yet. */
export function openApi(flags: FlagValues<typeof SERVICE_FLAGS>, { env }: Pick<Console, "env">): RulesApi {
  const access = accessOf(flags, env);
  return {
    url: access.url,
    async rules(path, { method = "GET", query = {}, body, answer }) {
      const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, String(value)]],
      );
      const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
      const { status, isOk, json } = await send(access, method, `${ROOT}${path}${search}`, body);
      if (!isOk) throw refusalOf(status, json, access.url);
      return read(answer, json, access.url);
    },
    async health() {
      return read(Health, (await send(access, "GET", HEALTH, undefined)).json, access.url);
    },
  };
}

function read<S extends z.ZodType>(schema: S, json: unknown, url: string): z.infer<S> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` (\`${issue.path.join(".")}\`: ${issue.message.toLowerCase()})`;
  throw new Stopped(
    3,
    "unexpected_answer",
    `${url} answered something else than this command knows${where}: is it a Tollgate of this version?`,
  );
}

interface Answer {
  readonly isOk: boolean;
  readonly status: number;
  /** Null when the body is not JSON. */
  readonly json: unknown;
}

/** A part that was busy for a moment, as on the first call after a start, may answer the second time; what writes is never sent twice. */
async function send(access: Access, method: string, path: string, body: unknown): Promise<Answer> {
  const answer = await sendOnce(access, method, path, body);
  if (method !== "GET" || answer.status !== 503 || path === HEALTH) return answer;
  await wait(RETRY_MS);
  return sendOnce(access, method, path, body);
}

async function sendOnce({ url, key }: Access, method: string, path: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A key goes to the service it is for, and to none that this one points at.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { isOk: response.ok, status: response.status, json: parseJson(await response.text()) };
  } catch (fault) {
    if (fault instanceof Error && fault.name === "TimeoutError")
      throw new Stopped(3, "no_answer", `${url} gave no answer within ${PATIENCE_MS / 1_000} s: \`status\` says what is live`);
    throw new Stopped(3, "no_answer", `nothing answers at ${url}; start it with \`npm start\`, or give --url`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
