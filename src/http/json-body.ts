import type { Context } from "hono";
import { err, ok, type Result } from "../core/result.ts";
import { readText } from "./byte-stream.ts";
import type { AppEnv } from "./context.ts";
import type { Problem } from "./problem.ts";

const MAX_BYTES = 1 << 20;
export const bodyTooLarge = (limit: number): Problem => ({
  status: 413,
  code: "body_too_large",
  detail: `the body is larger than ${limit} bytes`,
});

/** Reads a JSON body of at most `maxBytes` (1 MiB): the wrong content type is a 415, a larger body a 413, anything that is not JSON a 400. */
export async function readJson(c: Context<AppEnv>, maxBytes = MAX_BYTES): Promise<Result<unknown, Problem>> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
    return err({ status: 415, code: "not_json", detail: "send the body as `content-type: application/json`" });
  const text = await readText(c, maxBytes);
  if (text === null) return err(bodyTooLarge(maxBytes));
  if (text.trim() === "") return err({ status: 400, code: "no_body", detail: "the request has no body" });
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    const where = cause instanceof SyntaxError ? `: ${sayPlace(cause.message)}` : "";
    return err({ status: 400, code: "malformed_json", detail: `the body is not valid JSON${where}` });
  }
}

/** What the parser says, without the digits that it quotes: a card number may be among them. */
const sayPlace = (message: string): string => message.slice(0, 120).replace(/\d(?=[^a-z]*")/g, "…");
