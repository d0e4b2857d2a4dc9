import * as z from "zod";
import { scopesBeyond } from "../../core/access/grant.ts";
import { KEY_LIFE_DAYS, keyExpiry, LONGEST_KEY_LIFE_DAYS } from "../../core/access/key-life.ts";
import { describeKey, type ManagedKey } from "../../core/access/managed-key.ts";
import { ROLES, VERBS } from "../../core/access/permission.ts";
import { CALLS_PER_MINUTE, LARGEST_LIMIT } from "../../core/limits/window.ts";
import { err, ok } from "../../core/result.ts";
import { staffAction } from "../staff-action.ts";
import { exceedsActor } from "../staff-context.ts";
import { type KeyDeps, keyTarget, makeKey } from "./key-deps.ts";

export const NewKeyCall = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES).default("api_user"),
  world: z.enum(["live", "test"]).default("live"),
  /** Verbs out of the role's; null or left out gives all of them. */
  scopes: z.array(z.enum(VERBS)).min(1).nullable().default(null),
  expires_in_days: z.int().min(1).max(LONGEST_KEY_LIFE_DAYS).default(KEY_LIFE_DAYS),
  /** Null holds it to the general limits, that of its caller's address too: for keys that leave the house. */
  requests_per_minute: z.int().min(1).max(LARGEST_LIMIT).nullable().default(CALLS_PER_MINUTE.key),
});
/** The key in clear, which nobody can show again, and what stays known of it. */
export interface NewKey {
  readonly clear: string;
  readonly key: ManagedKey;
}

/** Makes an API key. A key is never given a verb its role does not have, nor one its maker does not have; a test key has no say over what is live. */
export const createApiKey = staffAction<KeyDeps, z.infer<typeof NewKeyCall>, NewKey>({
  verb: "keys.manage",
  action: "api_key.create",
  input: NewKeyCall,
  plan: async (deps, input, context) => {
    const beyond = scopesBeyond(context.permissions, input.role, input.scopes ?? []);
    const fault = (path: string, message: string) => err({ kind: "invalid" as const, faults: [{ code: "not_grantable", path, message }] });
    if (beyond.length > 0) return fault("scopes", `the role \`${input.role}\` does not have \`${beyond.join("`, `")}\``);
    if (input.world === "test" && (input.role === "admin" || input.role === "analyst"))
      return fault("role", `a test key may be \`api_user\` or \`readonly\`: rules and lists are shared with the live world`);
    if (input.world === "live" && context.world === "test") return fault("world", "a test key makes keys of the test world alone");
    const excess = exceedsActor(context, [input]);
    if (excess !== null) return err(excess);
    const { clear, key } = await makeKey(deps, {
      name: input.name,
      role: input.role,
      world: input.world,
      scopes: input.scopes,
      requestsPerMinute: input.requests_per_minute,
      createdBy: context.actor.id,
      createdAtMs: context.nowMs,
      expiresAtMs: keyExpiry(context.nowMs, input.expires_in_days),
    });
    return ok({
      change: deps.keys.creating(key),
      target: keyTarget(key.id),
      current: null,
      after: describeKey(key),
      reread: async () => ok(null),
      output: { clear, key },
    });
  },
});
