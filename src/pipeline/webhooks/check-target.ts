import { err, ok } from "../../core/result.ts";
import { readTarget, refusedAddress } from "../../core/webhooks/target-url.ts";
import type { Answer } from "../../ports/answer.ts";
import type { NameResolver } from "../../ports/webhooks.ts";

export interface TargetDeps {
  readonly names: NameResolver;
  readonly allowsLocal: boolean;
}

/**
 * Why an address may not be sent to, as a sentence; null when it may. A name is resolved each time, because whoever owns it may change
 * what it stands for; the platform resolves it once more to call it, and refuses private networks itself. Past the budget: a fault.
 */
export async function checkTarget({ names, allowsLocal }: TargetDeps, text: string, budgetMs: number): Answer<string | null> {
  const target = readTarget(text, allowsLocal);
  if (!target.ok) return ok(target.error);
  const { name } = target.value;
  if (name === null) return ok(null);
  const resolved = await names.resolve(name, budgetMs);
  if (!resolved.ok) return err(resolved.error);
  if (resolved.value.length === 0) return ok(`\`${name}\` has no address`);
  return ok(refusedAddress(resolved.value) === null ? null : `\`${name}\` does not stand for an address of the internet`);
}
