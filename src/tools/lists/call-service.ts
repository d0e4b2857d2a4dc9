import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import type { Access } from "../rules/access.ts";
import { refusalOf } from "../rules/refusal.ts";
import { Stopped } from "../rules/stopped.ts";

/** An import writes up to a million rows before it answers. */
const PATIENCE_MS = 600_000;
const MOST_TRIES = 4;
const RETRY_MS = 1_000;
const KeysUnavailable = z.object({ code: z.literal("keys_unavailable") });

export interface ServiceCall {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  /** Made anew for each try. */
  readonly body?: () => ReadableStream<Uint8Array>;
}

/**
 * A call to the service; throws `Stopped` with the sentence of a refusal, or when nothing answers. A service that is busy or has only just started
 * may be unable to confirm the key for a moment: nothing was done then, and it is asked again.
 */
export async function callService(access: Access, call: ServiceCall): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await callOnce(access, call);
    if (response.ok) return response;
    const problem = await jsonOf(response);
    if (tries === MOST_TRIES || response.status !== 503 || !KeysUnavailable.safeParse(problem).success)
      throw refusalOf(response.status, problem, access.url);
    await wait(RETRY_MS);
  }
}

async function callOnce({ url, key }: Access, { method, path, body }: ServiceCall): Promise<Response> {
  const sent = fetch(new URL(path, url), {
    method,
    headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "text/plain; charset=utf-8" }) },
    ...(body === undefined ? {} : { body: body(), duplex: "half" }),
    // A key goes to the service it is for, and to none that this one points at.
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return sent.catch(() => {
    throw new Stopped(3, "no_answer", `nothing answers at ${url}; start it with \`npm start\`, or give --url`);
  });
}

/** The answer of a call in the shape that this command knows. */
export async function readAnswer<S extends z.ZodType>(schema: S, response: Response, url: string): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await jsonOf(response));
  if (parsed.success) return parsed.data;
  throw new Stopped(3, "unexpected_answer", `${url} answered something else than this command knows: is it a Tollgate of this version?`);
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
