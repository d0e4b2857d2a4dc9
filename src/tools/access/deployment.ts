import { randomBytes, randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { hashPassword } from "../../adapters/auth/password-hash.ts";
import { isGuessable } from "../../adapters/auth/password-strength.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createKeyStore } from "../../adapters/postgres/managed-keys.ts";
import { createStaffWrites } from "../../adapters/postgres/staff-writes.ts";
import { createUserStore } from "../../adapters/postgres/users.ts";
import { createRedisClient } from "../../adapters/redis/client.ts";
import { createKeyMirror } from "../../adapters/redis/key-mirror.ts";
import { createRevocationList } from "../../adapters/redis/revocations.ts";
import type { KeyDeps } from "../../backoffice/api-keys/key-deps.ts";
import type { StaffContext } from "../../backoffice/staff-context.ts";
import type { UserDeps } from "../../backoffice/users/user-deps.ts";
import { createKeyDigest } from "../../core/access/api-key.ts";
import { PERMISSIONS } from "../../core/access/permission.ts";
import { createMasterKeys, readMasterKeys } from "../../core/audit/master-keys.ts";
import { createAuditSealer } from "../../core/audit/seal.ts";
import { Refusal } from "../local/refusal.ts";
import { locateVars, type Vars } from "../local/stack-vars.ts";

/** What the verbs on keys and users need, over the deployment that the environment names, else over the local stack of a data folder. */
export function openDeployment(env: Vars, dir: string): KeyDeps & UserDeps {
  const vars = locate(env, dir);
  const digest = createKeyDigest(required(vars, "HASH_SECRET"));
  const database = createDatabase({ url: required(vars, "DATABASE_URL"), endpoint: vars.NEON_HTTP_ENDPOINT ?? null });
  const redis = createRedisClient({ url: required(vars, "UPSTASH_REDIS_REST_URL"), token: required(vars, "UPSTASH_REDIS_REST_TOKEN") });
  const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
  const sealer = createAuditSealer({
    masters: createMasterKeys(masterKeysOf(vars)),
    digest: (text) => digest(`audit\n${text}`),
    randomBytes: bytes,
    newId: randomUUID,
  });
  return {
    keys: createKeyStore(database),
    users: createUserStore(database),
    writes: createStaffWrites(database, sealer),
    replaceMirrored: createKeyMirror(redis).replace,
    revokeTokens: createRevocationList(redis).revokeSubject,
    hashPassword,
    isGuessable,
    randomBytes: bytes,
    digest,
    newId: randomUUID,
    clock: Date.now,
  };
}

/** Whoever has the deployment's secrets may do everything; the audit log says it was the command line, and whose. */
export function operatorContext(): StaffContext {
  return {
    actor: { id: "cli", name: userInfo().username },
    role: "admin",
    world: "live",
    address: null,
    requestId: `cli-${randomUUID()}`,
    nowMs: Date.now(),
    ifVersion: null,
    scopes: null,
    permissions: PERMISSIONS,
  };
}

function locate(env: Vars, dir: string): Vars {
  const vars = locateVars(env, dir);
  if (vars.DATABASE_URL) return vars;
  throw new Refusal(`DATABASE_URL is not set and no stack runs in ${dir}: set it with the deployment's other secrets, or \`npm start\``);
}

function required(vars: Vars, name: string): string {
  const value = vars[name];
  if (!value) throw new Refusal(`${name} is not set: give the deployment's own, as its Worker has it`);
  return value;
}

/** A local stack does without a master key of its own, as its Worker does. */
function masterKeysOf(vars: Vars): readonly (readonly [string, string])[] {
  if (!vars.AUDIT_KEY && vars.NEON_HTTP_ENDPOINT) return [["local", required(vars, "HASH_SECRET")]];
  const keys = readMasterKeys(required(vars, "AUDIT_KEY"));
  if (keys === null) throw new Refusal("AUDIT_KEY is not `id:secret` with 32 characters or more");
  return keys;
}
