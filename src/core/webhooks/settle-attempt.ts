import type { DisabledFor } from "./endpoint.ts";
import type { Judged } from "./judge-answer.ts";
import { nextAttemptAt } from "./next-attempt.ts";

/** How a delivery stands after an attempt. */
export interface Settlement {
  readonly status: "pending" | "delivered" | "failed";
  /** When it is tried again; null when it is not. */
  readonly dueAtMs: number | null;
  /** What this says of the endpoint: `failing` holds only if nothing else reached it since the round began. */
  readonly disable: Exclude<DisabledFor, "staff"> | null;
}

/** After 2xx it is delivered; after 410 the endpoint is not asked again; after anything else the next attempt, until there is none left. */
export function settleAttempt(
  { outcome, retryAfterMs }: Judged,
  attempt: { readonly made: number; readonly endedAtMs: number; readonly random: number },
): Settlement {
  if (outcome === "delivered") return { status: "delivered", dueAtMs: null, disable: null };
  if (outcome === "gone") return { status: "failed", dueAtMs: null, disable: "gone" };
  const dueAtMs = nextAttemptAt({ made: attempt.made, failedAtMs: attempt.endedAtMs, random: attempt.random, retryAfterMs });
  return dueAtMs === null ? { status: "failed", dueAtMs: null, disable: "failing" } : { status: "pending", dueAtMs, disable: null };
}
