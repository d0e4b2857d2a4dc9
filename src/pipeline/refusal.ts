import type { InputFault } from "../core/event/lenient.ts";
import type { RefusedCall } from "../core/limits/verdict.ts";

/** Why one event was not taken or one question not answered. */
export type Refusal =
  | { readonly kind: "invalid"; readonly faults: readonly InputFault[] }
  /** The same id was seen before with another body. */
  | { readonly kind: "other_body"; readonly id: string }
  /** The same call is being decided, and its deadline came first. */
  | { readonly kind: "in_flight"; readonly id: string }
  /** The caller is over a limit. */
  | { readonly kind: "limited"; readonly verdict: RefusedCall }
  /** No ruleset is in force. */
  | { readonly kind: "not_ready" }
  /** A test device asks for a failure. */
  | { readonly kind: "forced" }
  | { readonly kind: "not_found"; readonly detail: string }
  | { readonly kind: "unavailable"; readonly part: string };
