import type { Result } from "../core/result.ts";

// The ports: everything asked of the outside world, as types, a file a subject. A `Source` reads facts, a `Store` reads and
// writes records, a `Log` appends. Every call takes a budget in milliseconds and settles within it: a fault is a value, never an exception.

/** Why a source gave nothing. `unknown` means a write may or may not have happened. */
export interface SourceFault {
  readonly source: "redis" | "postgres" | "kv" | "r2" | "queue" | "model" | "turnstile" | "dns";
  readonly reason: "timeout" | "unavailable" | "invalid";
  /** For the log, never for a caller: what the store said, without values. */
  readonly detail?: string;
}
export type Answer<T> = Promise<Result<T, SourceFault>>;
