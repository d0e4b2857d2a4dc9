import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { ChallengeVerifier } from "../../ports/gate.ts";

export const TURNSTILE_URL = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

const Verified = z.object({ success: z.boolean(), hostname: z.string().optional() });

/** Asks Turnstile's siteverify. A token that was solved on another host is none. Past the budget: `timeout`. */
export function createTurnstileVerifier({ url, secret }: { readonly url: string; readonly secret: string }): ChallengeVerifier {
  return {
    async verify({ token, address, hostname }, budgetMs) {
      try {
        const body = new URLSearchParams({ secret, response: token, remoteip: address });
        const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(budgetMs) });
        const verified = Verified.safeParse(await response.json());
        if (!verified.success) return err({ source: "turnstile", reason: "invalid" });
        return ok(verified.data.success && (verified.data.hostname ?? hostname) === hostname);
      } catch (error) {
        const isLate = error instanceof Error && error.name === "TimeoutError";
        return err({ source: "turnstile", reason: isLate ? "timeout" : "unavailable" });
      }
    },
  };
}
