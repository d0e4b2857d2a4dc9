import type { Context } from "hono";
import { ok, type Result } from "../../../core/result.ts";
import type { AppEnv } from "../../context.ts";
import { readJson } from "../../json-body.ts";
import type { Problem } from "../../problem.ts";

/** Reads a JSON body with the path's `id` in it; the path decides. What is no object is left for the verb to refuse. */
export async function readWithId(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  const body = await readJson(c);
  if (!body.ok || typeof body.value !== "object" || body.value === null || Array.isArray(body.value)) return body;
  return ok({ ...body.value, id: c.req.param("id") ?? "" });
}
