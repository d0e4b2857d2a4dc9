import { refusedAddress } from "../../core/webhooks/target-url.ts";
import type { NameResolver } from "../../ports/webhooks.ts";

const FRESH_MS = 5 * 60_000;

/** Tells names that stand for something inside from those of the internet. */
export interface HostGuard {
  /** Whether a name may be asked; resolved at most every five minutes. Nobody could say: it may not. */
  mayAsk(name: string, budgetMs: number): Promise<boolean>;
}

export function createHostGuard(names: NameResolver, clock: () => number): HostGuard {
  const known = new Map<string, { readonly mayBe: boolean; readonly untilMs: number }>();
  return {
    async mayAsk(name, budgetMs) {
      const before = known.get(name);
      if (before !== undefined && clock() < before.untilMs) return before.mayBe;
      const resolved = await names.resolve(name, budgetMs);
      // A resolver that is down says nothing against a name that was good before.
      if (!resolved.ok) return before?.mayBe ?? false;
      const mayBe = resolved.value.length > 0 && refusedAddress(resolved.value) === null;
      known.set(name, { mayBe, untilMs: clock() + FRESH_MS });
      return mayBe;
    },
  };
}
