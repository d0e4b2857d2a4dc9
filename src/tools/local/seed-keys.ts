import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { insertApiKey } from "../../adapters/postgres/api-keys.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createKeyDigest, formatApiKey, type World } from "../../core/access/api-key.ts";
import type { Role } from "../../core/access/permission.ts";
import type { SeedContext } from "./seed.ts";

const BUDGET_MS = 20_000;
/** So that a replay runs at full speed, also from one address. */
const CALLS_PER_MINUTE = 1_000_000;

// Local decisions go the way real ones do: statistics and batches read the live world.
const KEYS = {
  admin: { role: "admin", world: "live" },
  analyst: { role: "analyst", world: "live" },
  api: { role: "api_user", world: "live" },
  reviewer: { role: "reviewer", world: "live" },
  readonly: { role: "readonly", world: "live" },
  test: { role: "api_user", world: "test" },
} as const satisfies Record<string, { role: Role; world: World }>;

/** One key for each role, and one of the test world, in clear text. */
export const DevelopmentKeys = z.object({
  admin: z.string(),
  analyst: z.string(),
  api: z.string(),
  reviewer: z.string(),
  readonly: z.string(),
  test: z.string(),
});
export type DevelopmentKeys = z.infer<typeof DevelopmentKeys>;

/** The keys of a data folder, made once and kept in its `keys.json`, and recorded in whatever database it runs on now. */
export async function seedKeys({ dataDir, databaseUrl, neonEndpoint, hashSecret }: SeedContext): Promise<DevelopmentKeys> {
  const keys = loadKeys(join(dataDir, "keys.json"));
  const digestOf = createKeyDigest(hashSecret);
  const database = createDatabase({ url: databaseUrl, endpoint: neonEndpoint });
  for (const name of ["admin", "analyst", "api", "reviewer", "readonly", "test"] as const) {
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
  const keys = completedKeys({});
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return keys;
}

/** A folder from an earlier release gets the keys it lacks beside its own. */
function completed(file: string, stored: unknown): DevelopmentKeys {
  const older = DevelopmentKeys.partial().parse(stored);
  const keys = completedKeys(older);
  if (Object.keys(keys).some((name) => older[name as keyof DevelopmentKeys] === undefined))
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

const completedKeys = (known: { readonly [Name in keyof DevelopmentKeys]?: string | undefined }): DevelopmentKeys => ({
  admin: known.admin ?? newKey("live"),
  analyst: known.analyst ?? newKey("live"),
  api: known.api ?? newKey("live"),
  reviewer: known.reviewer ?? newKey("live"),
  readonly: known.readonly ?? newKey("live"),
  test: known.test ?? newKey("test"),
});

const newKey = (world: World): string => formatApiKey(world, randomBytes(64));
