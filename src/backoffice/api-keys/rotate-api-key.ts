import * as z from "zod";
import {
  KEY_LIFE_DAYS,
  keyExpiry,
  LONGEST_KEY_LIFE_DAYS,
  LONGEST_OVERLAP_HOURS,
  ROTATION_OVERLAP_HOURS,
  rotatedExpiry,
} from "../../core/access/key-life.ts";
import { describeKey } from "../../core/access/managed-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { exceedsActor, type StaffContext } from "../staff-context.ts";
import type { NewKey } from "./create-api-key.ts";
import { findKey, KEY_BUDGET_MS, type KeyDelay, type KeyDeps, keyTarget, makeKey, rereadKey, versionedKey } from "./key-deps.ts";

export const RotationCall = z.strictObject({
  id: z.string().min(1).max(100),
  /** How long the old key stays good beside the new one; 0 ends it now. */
  overlap_hours: z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(ROTATION_OVERLAP_HOURS),
  expires_in_days: z.int().min(1).max(LONGEST_KEY_LIFE_DAYS).default(KEY_LIFE_DAYS),
  version: z.int().positive().optional(),
});
export interface Rotated extends NewKey {
  readonly old: NewKey["key"];
}

const rotate = staffAction<KeyDeps, z.infer<typeof RotationCall>, Rotated>({
  verb: "keys.manage",
  action: "api_key.rotate",
  input: RotationCall,
  plan: async (deps, input, context) => {
    const found = await findKey(deps, input.id, context);
    if (!found.ok) return found;
    const old = found.value;
    const excess = exceedsActor(context, [old]);
    if (excess !== null) return err(excess);
    const isOver = old.revokedAtMs !== null || old.rotatedTo !== null;
    if (isOver)
      return err({
        kind: "invalid",
        faults: [{ code: "key_over", path: "id", message: "was revoked or rotated already: rotate its successor, or make a new key" }],
      });
    const { name, role, world, scopes, requestsPerMinute } = old;
    const about = { createdBy: context.actor.id, createdAtMs: context.nowMs, expiresAtMs: keyExpiry(context.nowMs, input.expires_in_days) };
    const { clear, key } = await makeKey(deps, { name, role, world, scopes, requestsPerMinute, ...about });
    const expiresAtMs = rotatedExpiry(old.expiresAtMs, context.nowMs, input.overlap_hours);
    const ended = { ...old, expiresAtMs, rotatedTo: key.id, version: old.version + 1 };
    return ok({
      change: deps.keys.rotating(old, key, expiresAtMs),
      target: keyTarget(old.id),
      current: versionedKey(old),
      expected: input.version,
      after: describeKey(ended),
      reread: () => rereadKey(deps, old.id),
      output: { clear, key, old: ended },
    });
  },
});

/** Gives a key a successor of the same role, world, scopes and limit; the old one stays good for the overlap. `delayed`: the old one may stay good until its former end. */
export async function rotateApiKey(
  deps: KeyDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<Rotated & { readonly delay: KeyDelay | null }, StaffRefusal>> {
  const rotated = await rotate(deps, context, input);
  if (!rotated.ok) return rotated;
  const mirrored = await deps.replaceMirrored(rotated.value.old, KEY_BUDGET_MS);
  // The new key cannot be shown again, so it is given out even so.
  return ok({ ...rotated.value, delay: mirrored.ok ? null : { kind: "delayed", part: mirrored.error.source } });
}
