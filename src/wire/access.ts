import { hashPassword } from "../adapters/auth/password-hash.ts";
import { isGuessable } from "../adapters/auth/password-strength.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createKeyStore } from "../adapters/postgres/managed-keys.ts";
import { createUserStore } from "../adapters/postgres/users.ts";
import type { createKeyMirror } from "../adapters/redis/key-mirror.ts";
import type { Services } from "../pipeline/services.ts";

/** What managing keys and users takes, over this deployment's stores. */
export function createAccess(database: Database, mirror: ReturnType<typeof createKeyMirror>): Services["access"] {
  return {
    keys: createKeyStore(database),
    users: createUserStore(database),
    hashPassword,
    isGuessable,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    replaceMirrored: mirror.replace,
  };
}
