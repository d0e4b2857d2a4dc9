import { databaseUrlOf } from "../gateways.ts";
import { applyMigrations } from "../migrations.ts";
import { startNeonGateway } from "../neon/neon-gateway.ts";
import type { LocalSecrets } from "../secrets.ts";
import { asApplication, hasApplicationRole } from "./application-role.ts";

/** Applies the migrations as the engine's owner, and gives the URL the service is to use: with the application's rights and no more. */
export async function migrateEngine(postgresUrl: string, secrets: LocalSecrets, log: (line: string) => void): Promise<string> {
  const connectionString = databaseUrlOf(secrets);
  const gateway = await startNeonGateway(postgresUrl, connectionString);
  try {
    await applyMigrations(connectionString, `${gateway.origin}/sql`);
  } finally {
    await gateway.close();
  }
  if (await hasApplicationRole(postgresUrl)) return asApplication(postgresUrl);
  log("the role tollgate_app could not be made on this Postgres: the service connects as its owner, who could change the audit log");
  return postgresUrl;
}
