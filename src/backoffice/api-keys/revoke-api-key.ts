import * as z from "zod";
import { describeKey, type ManagedKey } from "../../core/access/managed-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { exceedsActor, type StaffContext } from "../staff-context.ts";
import { findKey, KEY_BUDGET_MS, type KeyDelay, type KeyDeps, keyTarget, rereadKey, versionedKey } from "./key-deps.ts";

export const RevocationCall = z.strictObject({ id: z.string().min(1).max(100), version: z.int().positive().optional() });
interface AlreadyRevoked {
  readonly kind: "already";
  readonly key: ManagedKey;
}

const revoke = staffAction<KeyDeps, z.infer<typeof RevocationCall>, ManagedKey, AlreadyRevoked>({
  verb: "keys.manage",
  action: "api_key.revoke",
  input: RevocationCall,
  plan: async (deps, input, context) => {
    const found = await findKey(deps, input.id, context);
    if (!found.ok) return found;
    const key = found.value;
    const excess = exceedsActor(context, [key]);
    if (excess !== null) return err(excess);
    if (key.revokedAtMs !== null) return err({ kind: "already", key });
    const revoked = { ...key, revokedAtMs: context.nowMs, version: key.version + 1 };
    return ok({
      change: deps.keys.revoking(key, context.nowMs),
      target: keyTarget(key.id),
      current: versionedKey(key),
      expected: input.version,
      after: describeKey(revoked),
      reread: () => rereadKey(deps, key.id),
      output: revoked,
    });
  },
});

/**
 * Revokes a key and the tokens that were given for it: every instance refuses them within seconds. Again changes nothing and tells the instances again,
 * which is what to do after `delayed`.
 */
export async function revokeApiKey(
  deps: KeyDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<ManagedKey, StaffRefusal | KeyDelay>> {
  const made = await revoke(deps, context, input);
  if (made.ok) return tellInstances(deps, made.value);
  return made.error.kind === "already" ? tellInstances(deps, made.error.key) : err(made.error);
}

async function tellInstances(deps: KeyDeps, key: ManagedKey): Promise<Result<ManagedKey, KeyDelay>> {
  const told = [
    await deps.replaceMirrored(key, KEY_BUDGET_MS),
    await deps.revokeTokens(`key:${key.id}`, Number.MAX_SAFE_INTEGER, KEY_BUDGET_MS),
  ];
  const missed = told.find((answer) => !answer.ok);
  return missed === undefined || missed.ok ? ok(key) : err({ kind: "delayed", part: missed.error.source });
}
