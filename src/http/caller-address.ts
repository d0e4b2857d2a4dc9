import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** Who calls (D12): only the platform's own header is believed. */
export function callerAddress(c: Context<AppEnv>): string | null {
  return c.req.header("cf-connecting-ip") ?? null;
}
