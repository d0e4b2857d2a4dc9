import { createRedisClient } from "../../adapters/redis/client.ts";
import { createConfigStore } from "../../adapters/redis/config-store.ts";
import type { Vars } from "../local/stack-vars.ts";
import { distanceOf, type Finding, measure, networkCode } from "./finding.ts";

const PATIENCE_MS = 10_000;

export interface RedisFindings {
  readonly findings: readonly Finding[];
  /** The version that Redis says is live; null for none, undefined when Redis could not be asked. */
  readonly liveSeq: number | null | undefined;
}

/** Asks Redis over Upstash's protocol, as the Worker does. */
export async function checkRedis(vars: Vars, deadlineMs: number): Promise<RedisFindings> {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = vars;
  const wrong = (says: string, fix: string): RedisFindings => {
    return { findings: [{ state: "wrong", part: "Redis", says, fix }], liveSeq: undefined };
  };
  if (!url) return wrong("UPSTASH_REDIS_REST_URL is not set", "set it to the REST URL that Upstash shows for the database");
  if (!token) return wrong("UPSTASH_REDIS_REST_TOKEN is not set", "set it to the token that Upstash shows beside the REST URL");
  const measured = await measure(() => ping(url, token));
  if ("fault" in measured) return wrong(measured.fault.says, measured.fault.fix);
  const pointer = await createConfigStore(createRedisClient({ url, token })).read(PATIENCE_MS);
  return {
    findings: [distanceOf("Redis", measured.medianMs, deadlineMs, "from here")],
    liveSeq: pointer.ok ? (pointer.value?.seq ?? null) : undefined,
  };
}

async function ping(url: string, token: string): Promise<{ readonly says: string; readonly fix: string } | null> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: "POST", headers, body: '["PING"]', signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await answer.text();
    if (answer.ok && text.includes("PONG")) return null;
    if (answer.status === 401 || answer.status === 403)
      return { says: "it refuses the token", fix: "set UPSTASH_REDIS_REST_TOKEN to the token that Upstash shows (not the read-only one)" };
    return {
      says: `it answers with status ${answer.status}`,
      fix: "see the state of the database in Upstash's console, and its daily limits",
    };
  } catch (error) {
    const fix = "check UPSTASH_REDIS_REST_URL and that the database exists; a local stack starts it with `npm start`";
    return { says: `it cannot be reached (${networkCode(error)})`, fix };
  }
}
