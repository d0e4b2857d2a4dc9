import { join } from "node:path";
import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { migrate } from "drizzle-orm/neon-http/migrator";
import { REPOSITORY } from "./repository.ts";

/**
 * Applies the migrations that a database has not seen, over the driver the Worker uses.
 * @param endpoint where Neon's protocol is served locally; null for Neon itself
 * @param root the checkout whose migrations they are
 */
export async function applyMigrations(databaseUrl: string, endpoint: string | null, root = REPOSITORY): Promise<void> {
  if (endpoint !== null) neonConfig.fetchEndpoint = endpoint;
  await migrate(drizzle(neon(databaseUrl)), { migrationsFolder: join(root, "migrations") });
}
