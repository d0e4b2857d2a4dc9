import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { insertApiKey } from "../../adapters/postgres/api-keys.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createKeyDigest, formatApiKey, type World } from "../../core/access/api-key.ts";
import type { Role } from "../../core/access/permission.ts";
import type { SeedContext } from "./seed.ts";

const BUDGET_MS = 5_000;
/** So that a replay runs at full speed, also from one address. */
const CALLS_PER_MINUTE = 1_000_000;

// Local decisions go the way real ones do: statistics and batches read the live world.
const KEYS = {
  admin: { role: "admin", world: "live" },
  analyst: { role: "analyst", world: "live" },
  api: { role: "api_user", world: "live" },
  readonly: { role: "readonly", world: "live" },
  test: { role: "api_user", world: "test" },
} as const satisfies Record<string, { role: Role; world: World }>;

/** One key for each role, and one of the test world, in clear text. */
export const DevelopmentKeys = z.object({
  admin: z.string(),
  analyst: z.string(),
  api: z.string(),
  readonly: z.string(),
  test: z.string(),
});
export type DevelopmentKeys = z.infer<typeof DevelopmentKeys>;

/** The keys of a data folder, made once and kept in its `keys.json`, and recorded in whatever database it runs on now. */
export async function seedKeys({ dataDir, databaseUrl, neonEndpoint, hashSecret }: SeedContext): Promise<DevelopmentKeys> {
  const keys = loadKeys(join(dataDir, "keys.json"));
  const digestOf = createKeyDigest(hashSecret);
  const database = createDatabase({ url: databaseUrl, endpoint: neonEndpoint });
  for (const name of ["admin", "analyst", "api", "readonly", "test"] as const) {
    const key = keys[name];
    const digest = await digestOf(key);
    const shown = { prefix: key.slice(0, 12), last4: key.slice(-4), createdAtMs: Date.now() };
    const standing = { expiresAtMs: null, revokedAtMs: null, requestsPerMinute: CALLS_PER_MINUTE, scopes: null } as const;
    const record = { id: `local-${digest.slice(0, 12)}`, digest, name: `local ${name}`, ...KEYS[name], ...standing, ...shown };
    const added = await insertApiKey(database, record, BUDGET_MS);
    if (!added.ok) throw new Error(`the development keys could not be recorded: ${added.error.detail}`);
  }
  return keys;
}

function loadKeys(file: string): DevelopmentKeys {
  try {
    return completed(file, JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const keys = { admin: newKey("live"), analyst: newKey("live"), api: newKey("live"), readonly: newKey("live"), test: newKey("test") };
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return keys;
}

/** The test key came after the others: a folder from before gets one beside them. */
function completed(file: string, stored: unknown): DevelopmentKeys {
  const older = DevelopmentKeys.partial({ test: true }).parse(stored);
  if (older.test !== undefined) return { ...older, test: older.test };
  const keys = { ...older, test: newKey("test") };
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

const newKey = (world: World): string => formatApiKey(world, randomBytes(64));
