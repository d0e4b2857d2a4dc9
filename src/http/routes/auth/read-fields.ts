import type { Context } from "hono";
import { err, ok, type Result } from "../../../core/result.ts";
import { readText } from "../../byte-stream.ts";
import type { AppEnv } from "../../context.ts";
import { bodyTooLarge, readJson } from "../../json-body.ts";
import type { Problem } from "../../problem.ts";

const MAX_BYTES = 16 << 10;
const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Reads the fields of an OAuth call, form-encoded as RFC 6749 has it or as JSON; a client in `Authorization: Basic` is two more. */
export async function readFields(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  const fields = FORM.test(c.req.header("content-type") ?? "") ? await readForm(c) : await readJson(c, MAX_BYTES);
  const authorization = c.req.header("authorization");
  if (!fields.ok || authorization === undefined) return fields;
  const client = readBasic(authorization);
  if (client === null)
    return err({ status: 400, code: "malformed_authorization", detail: "`Authorization` is not `Basic` with a client id and secret" });
  return typeof fields.value === "object" ? ok({ ...fields.value, ...client }) : fields;
}

async function readForm(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  const text = await readText(c, MAX_BYTES);
  if (text === null) return err(bodyTooLarge(MAX_BYTES));
  const fields = new URLSearchParams(text);
  const twice = [...fields.keys()].find((name, at, names) => names.indexOf(name) !== at);
  if (twice !== undefined) return err({ status: 400, code: "field_twice", detail: `the field \`${twice.slice(0, 40)}\` is sent twice` });
  return ok(Object.fromEntries(fields));
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function readBasic(header: string): { readonly client_id: string; readonly client_secret: string } | null {
  try {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(atob(/^Basic +(\S+)$/i.exec(header)?.[1] ?? "!")) ?? [];
    if (id === undefined || secret === undefined) return null;
    return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) };
  } catch {
    // Neither base64 nor percent-encoding: the caller is told so.
    return null;
  }
}
