import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a local stack keeps to itself: made once per data folder, in a file that only its owner reads. */
export const LocalSecrets = z.object({ hashSecret: hex32, gatewaySecret: hex32, engineSecret: hex32, jwtSecret: hex32, gateSecret: hex32 });
export type LocalSecrets = z.infer<typeof LocalSecrets>;

export function createSecrets(): LocalSecrets {
  const secret = () => randomBytes(32).toString("hex");
  return { hashSecret: secret(), gatewaySecret: secret(), engineSecret: secret(), jwtSecret: secret(), gateSecret: secret() };
}

export function loadSecrets(folder: string): LocalSecrets {
  const file = join(folder, "secrets.json");
  try {
    return completed(file, JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // A damaged file is not replaced: the data beside it was hashed with what it held.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secrets = createSecrets();
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: "wx" });
  return secrets;
}

/** A secret that this release added is made and kept beside the older ones. */
function completed(file: string, stored: unknown): LocalSecrets {
  const older = LocalSecrets.partial({ jwtSecret: true, gateSecret: true }).parse(stored);
  const secrets = LocalSecrets.parse({ ...createSecrets(), ...older });
  if (older.jwtSecret === undefined || older.gateSecret === undefined) writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
