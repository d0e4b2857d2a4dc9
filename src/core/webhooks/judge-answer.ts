import { retryAfterMs } from "./retry-after.ts";

/** What came back from an endpoint, or why nothing did. */
export type SendAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  | { readonly kind: "timeout" | "unreachable" }
  /** Not sent: what the name stands for is not on the internet, or nobody could say. */
  | { readonly kind: "internal_address" | "unresolved" }
  /** Not sent: this deployment has no key any more to read the endpoint's secret with. */
  | { readonly kind: "unreadable_secret" };

/** What came of one attempt, as the log names it. */
export const ATTEMPT_OUTCOMES = [
  "delivered",
  "refused",
  "redirected",
  "gone",
  "too_many",
  "timeout",
  "unreachable",
  "internal_address",
  "unresolved",
  "unreadable_secret",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export interface Judged {
  readonly outcome: AttemptOutcome;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number | null;
}

/** Only 2xx is a delivery. A redirect is not followed: it could lead anywhere. */
export function judgeAnswer(answer: SendAnswer, nowMs: number): Judged {
  if (answer.kind !== "answered") return { outcome: answer.kind, retryAfterMs: null };
  const { status } = answer;
  const wish = status === 429 || status === 503 ? retryAfterMs(answer.retryAfter, nowMs) : null;
  return { outcome: outcomeOf(status), retryAfterMs: wish };
}

function outcomeOf(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) return "delivered";
  if (status >= 300 && status < 400) return "redirected";
  if (status === 410) return "gone";
  return status === 429 ? "too_many" : "refused";
}
