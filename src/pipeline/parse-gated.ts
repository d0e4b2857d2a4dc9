import { CONTEXT_FIELD, withGateContext } from "../core/event/gate-context.ts";
import { type Parsed, parseTransaction } from "../core/event/parse.ts";
import { readContext } from "../core/gate/context.ts";
import { ok } from "../core/result.ts";
import type { Services } from "./services.ts";

interface Sent {
  readonly input: unknown;
  readonly callerAddress: string | null;
  readonly nowMs: number;
}

/** Parses one transaction, with what the gate's signed context in it adds; a context that is not believed is a warning. */
export async function parseGated(services: Services, { input, callerAddress, nowMs }: Sent): Promise<Parsed> {
  const context = { settings: services.eventSettings, nowMs, callerAddress, newId: services.newId };
  const text = contextOf(input);
  if (text === null) return parseTransaction(input, context);
  const { signer } = services.gate;
  const read = signer === null ? "unreadable" : typeof text === "string" ? await readContext(signer, text, nowMs) : "forged";
  const { body, warnings } = withGateContext(input as Readonly<Record<string, unknown>>, read);
  const parsed = parseTransaction(body, context);
  return parsed.ok ? ok({ ...parsed.value, warnings: [...warnings, ...parsed.value.warnings] }) : parsed;
}

/** What stands in the field, or null when nothing does. */
function contextOf(input: unknown): unknown {
  const isBody = typeof input === "object" && input !== null && Object.hasOwn(input, CONTEXT_FIELD);
  return isBody ? ((input as Readonly<Record<string, unknown>>)[CONTEXT_FIELD] ?? null) : null;
}
