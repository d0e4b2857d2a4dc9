import type { Context } from "hono";
import { err, ok, type Result } from "../../../../core/result.ts";
import { readText } from "../../../byte-stream.ts";
import type { AppEnv } from "../../../context.ts";
import { bodyTooLarge, readJson } from "../../../json-body.ts";
import type { Problem } from "../../../problem.ts";
import { MAX_RULE_BYTES } from "./rule-deps.ts";

/** A JSON body with the path's parameters in it; the path decides. What is no object is left for the verb to refuse. */
export async function readCall(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  const body = await readJson(c, MAX_RULE_BYTES);
  if (!body.ok || typeof body.value !== "object" || body.value === null || Array.isArray(body.value)) return body;
  return ok({ ...body.value, ...c.req.param() });
}

/** As `readCall`, for a call that may come without a body, as a DELETE does. */
export async function readOptionalCall(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  if (c.req.header("content-type") !== undefined) return readCall(c);
  const text = await readText(c, MAX_RULE_BYTES);
  if (text === null) return err(bodyTooLarge(MAX_RULE_BYTES));
  return text.trim() === "" ? ok({ ...c.req.param() }) : readCall(c);
}
