import type { LimitVerdict } from "./verdict.ts";
import { WINDOW_SECONDS } from "./window.ts";

/**
 * The `RateLimit-Policy` and `RateLimit` header fields of a verdict (draft-ietf-httpapi-ratelimit-headers-10): a policy `key` and one `address`,
 * `q` calls in `w` seconds; `r` calls of this kind are left for the next `t` seconds (after a refusal: until it passes). What nobody could count has no `RateLimit`.
 */
export function rateLimitFields(verdict: LimitVerdict): Readonly<Record<string, string>> {
  const { limited } = verdict.call;
  if (limited.length === 0) return {};
  const policy = limited.map(({ kind, perMinute }) => `"${kind}";q=${perMinute};w=${WINDOW_SECONDS}`).join(", ");
  if (verdict.kind === "unknown") return { "ratelimit-policy": policy };
  const standing = limited.map(({ kind }, index) => {
    const { remaining, waitMs } = verdict.standings[index] ?? { remaining: 0, waitMs: null };
    return `"${kind}";r=${remaining};t=${waitMs === null ? WINDOW_SECONDS : Math.ceil(waitMs / 1_000)}`;
  });
  return { "ratelimit-policy": policy, ratelimit: standing.join(", ") };
}
