import type * as z from "zod";
import type { Access } from "../rules/access.ts";
import { refusalOf } from "../rules/refusal.ts";
import { Stopped } from "../rules/stopped.ts";

/** An import writes up to a million rows before it answers. */
const PATIENCE_MS = 600_000;

export interface ServiceCall {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  readonly body?: ReadableStream<Uint8Array>;
}

/** One call to the service; throws `Stopped` with the sentence of a refusal, or when nothing answers. */
export async function callService({ url, key }: Access, { method, path, body }: ServiceCall): Promise<Response> {
  const sent = fetch(new URL(path, url), {
    method,
    headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "text/plain; charset=utf-8" }) },
    ...(body === undefined ? {} : { body, duplex: "half" }),
    // A key goes to the service it is for, and to none that this one points at.
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const response = await sent.catch(() => {
    throw new Stopped(3, "no_answer", `nothing answers at ${url}; start it with \`npm start\`, or give --url`);
  });
  if (!response.ok) throw refusalOf(response.status, await jsonOf(response), url);
  return response;
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
