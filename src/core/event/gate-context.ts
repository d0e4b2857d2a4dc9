import type { GateContext } from "../gate/context.ts";
import type { InputFault } from "./lenient.ts";
import { inCheckoutSpelling } from "./spelling.ts";

/** The field in which a shop hands on the gate's `x-tollgate-context`. */
export const CONTEXT_FIELD = "tollgate_context";

/** What became of the field: the visitor the gate saw, or why it is not believed; null for a body without it. */
export type ReadContext = GateContext | "forged" | "expired" | "unreadable";

export interface BodyWithContext {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly InputFault[];
}

const REFUSALS = {
  forged: "was not signed by this deployment's gate and was left out",
  expired: "was signed more than a day ago, or in the future, and was left out",
  unreadable: "cannot be read here: set GATE_SECRET to the gate's; it was left out",
} as const;

/**
 * A transaction's body with what the gate saw of its visitor: address, country, network and device where the body says nothing itself.
 * What the body says stays (D12); another address than the gate's is told in a warning.
 */
export function withGateContext(input: Readonly<Record<string, unknown>>, context: ReadContext): BodyWithContext {
  const { [CONTEXT_FIELD]: _, ...rest } = input;
  const body = inCheckoutSpelling(rest);
  if (typeof context === "string") return { body, warnings: [warning(`context_${context}`, REFUSALS[context])] };
  const { address, country, asn, device } = context;
  const differs = body.ip_address !== undefined && body.ip_address !== address;
  const seen = { ...(country === null ? {} : { country }), ...(asn === null ? {} : { asn }) };
  body.ip_address ??= address;
  if (!differs && Object.keys(seen).length > 0) body.ip_geo ??= seen;
  if (device !== null) body.device_id ??= device;
  return {
    body,
    warnings: differs ? [warning("context_differs", "the gate saw another address than `ip_address`; the body's is used")] : [],
  };
}

const warning = (code: string, message: string): InputFault => ({ code, path: CONTEXT_FIELD, message });
