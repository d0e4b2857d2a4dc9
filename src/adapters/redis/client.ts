import { Redis } from "@upstash/redis/cloudflare";
import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";

export type Pipeline = ReturnType<Redis["pipeline"]>;
/** One command as it stands in a `/pipeline` body. */
export type Command = readonly (string | number)[];
/** One command's reply, or the sentence Redis refused it with. */
export interface Reply {
  readonly result: unknown;
  readonly error?: string | undefined;
}
export interface RedisClient {
  /**
   * Sends one `/pipeline` request and settles within the budget, whatever Redis does: what fails early is sent again while time is left.
   * INVARIANT: every command we send may be sent twice. Past the budget: `timeout`.
   */
  send(fill: (pipeline: Pipeline) => void, budgetMs: number): Promise<Result<readonly Reply[], SourceFault>>;
  /** The same, giving the results; one command that Redis refused (out of memory, read-only, wrong type) makes the whole `invalid`. */
  ask(fill: (pipeline: Pipeline) => void, budgetMs: number): Promise<Result<readonly unknown[], SourceFault>>;
  /** As `send`, for a body that is ready: the decision path makes no pipeline object. */
  sendCommands(commands: readonly Command[], budgetMs: number): Promise<Result<readonly Reply[], SourceFault>>;
}

const ATTEMPTS = 3;
/** An answer that does not come leaves the rest of the budget for asking again. */
const SHARE_OF_AN_ATTEMPT = 0.6;
const LEAST_MS = 2;

/** The client with a way to its transport, which takes a prepared body. */
class PreparedRedis extends Redis {
  sendBody(commands: readonly Command[]): Promise<unknown> {
    return this.client.request({ path: ["pipeline"], body: commands });
  }
}

/** A request that is ready to be sent, as often as it takes. */
interface Prepared {
  readonly length: number;
  exec(): Promise<unknown>;
}

export function createRedisClient({ url, token }: { readonly url: string; readonly token: string }): RedisClient {
  // `pipeline.exec` asks for the signal before its first await, so the one set just before is this request's.
  let signal = new AbortController().signal;
  const redis = new PreparedRedis({
    url,
    token,
    // Its own retries ignore the budget, and even `retry: false` sends twice.
    retry: { retries: 0 },
    // Base64 would cost a third more bytes and a decoder for every record; ours are ASCII.
    responseEncoding: false,
    automaticDeserialization: false,
    enableTelemetry: false,
    enableAutoPipelining: false,
    signal: () => signal,
  });

  const attempt = async ({ length, exec }: Prepared, budgetMs: number): Promise<Result<readonly Reply[], SourceFault>> => {
    const controller = new AbortController();
    let stopTimer = (): void => {};
    const expired = new Promise<"expired">((resolve) => {
      const timer = setTimeout(() => {
        resolve("expired");
        controller.abort();
      }, budgetMs);
      stopTimer = () => clearTimeout(timer);
    });
    signal = controller.signal;
    const answer = exec();
    // The timer may win and the abort then reject: that rejection is already accounted for.
    answer.catch(() => undefined);
    try {
      const replies = await Promise.race([answer, expired]);
      if (replies === "expired") return err(fault("timeout"));
      return Array.isArray(replies) && replies.length === length ? ok(replies as readonly Reply[]) : err(fault("invalid"));
    } catch (error) {
      return err(fault(reasonOf(error)));
    } finally {
      stopTimer();
    }
  };

  const sendPrepared = async (prepared: Prepared, budgetMs: number): Promise<Result<readonly Reply[], SourceFault>> => {
    const endMs = performance.now() + budgetMs;
    for (let tries = 1; ; tries++) {
      const leftMs = endMs - performance.now();
      const answer = await attempt(prepared, tries === ATTEMPTS ? leftMs : leftMs * SHARE_OF_AN_ATTEMPT);
      if (answer.ok || tries === ATTEMPTS || endMs - performance.now() < LEAST_MS) return answer;
    }
  };
  const send: RedisClient["send"] = (fill, budgetMs) => {
    const pipeline = redis.pipeline();
    fill(pipeline);
    return sendPrepared({ length: pipeline.length(), exec: () => pipeline.exec({ keepErrors: true }) }, budgetMs);
  };
  return {
    send,
    ask: async (fill, budgetMs) => resultsOf(await send(fill, budgetMs)),
    sendCommands: (commands, budgetMs) => sendPrepared({ length: commands.length, exec: () => redis.sendBody(commands) }, budgetMs),
  };
}

/** The results of commands that were all taken. */
export function resultsOf(answer: Result<readonly Reply[], SourceFault>): Result<readonly unknown[], SourceFault> {
  if (!answer.ok) return answer;
  if (answer.value.some(({ error }) => error !== undefined && error !== null)) return err(fault("invalid"));
  return ok(answer.value.map(({ result }) => result));
}

export function fault(reason: SourceFault["reason"]): SourceFault {
  return { source: "redis", reason };
}

/** The client's error texts repeat the request, so only its kind is kept. */
function reasonOf(error: unknown): SourceFault["reason"] {
  if (!(error instanceof Error)) return "unavailable";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "timeout";
  return error.name === "UpstashJSONParseError" || error.message.includes("is not a function") ? "invalid" : "unavailable";
}
