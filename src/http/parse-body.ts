import type { Context } from "hono";
import type * as z from "zod";
import { formatPath } from "../core/event/lenient.ts";
import { findUnstorableText } from "../core/event/unstorable-text.ts";
import { findCardNumbers } from "../core/privacy/find-card-numbers.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { AppEnv } from "./context.ts";
import { readJson } from "./json-body.ts";
import type { Problem } from "./problem.ts";

/** Reads a JSON body and parses it. */
export async function parseBody<T>(c: Context<AppEnv>, schema: z.ZodType<T>, maxBytes?: number): Promise<Result<T, Problem>> {
  const body = await readJson(c, maxBytes);
  return body.ok ? parseFields(body.value, schema) : body;
}

/** Parses what a body held: a 422 names the path of every fault. */
export function parseFields<T>(value: unknown, schema: z.ZodType<T>): Result<T, Problem> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return storable(parsed.data);
  const errors = parsed.error.issues.map((issue) => ({ code: issue.code, path: formatPath(issue.path), message: issue.message }));
  const first = errors[0];
  return err({
    status: 422,
    code: "invalid_input",
    detail:
      first === undefined
        ? "the body does not fit its schema"
        : `${first.path === "" ? "the body" : `\`${first.path}\``}: ${first.message}`,
    errors,
  });
}

function storable<T>(data: T): Result<T, Problem> {
  const unstorable = findUnstorableText(data);
  const faults = unstorable === null ? findCardNumbers(data) : [unstorable];
  const [fault] = faults;
  if (fault === undefined) return ok(data);
  const where = fault.path === "" ? "the body" : `\`${fault.path}\``;
  return err({ status: 422, code: "invalid_input", detail: `${where}: ${fault.message}`, errors: faults });
}
