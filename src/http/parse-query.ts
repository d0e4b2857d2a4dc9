import type { Context } from "hono";
import type * as z from "zod";
import { formatPath } from "../core/event/lenient.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { AppEnv } from "./context.ts";
import type { Problem } from "./problem.ts";

/** Parses the query string: a 422 names every parameter that is wrong, and with a strict schema those that are not known. */
export function parseQuery<Query extends z.ZodType>(c: Context<AppEnv>, schema: Query): Result<z.output<Query>, Problem> {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return ok(parsed.data);
  const errors = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
  const [first] = errors;
  const where = first === undefined || first.path === "" ? "the query" : `\`${first.path}\``;
  return err({ status: 422, code: "invalid_query", detail: `${where}: ${first?.message ?? "does not fit its schema"}`, errors });
}
