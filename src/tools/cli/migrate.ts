/** `npm run migrate`: applies the migrations to the Neon (or any Postgres served over Neon's HTTP protocol) at DATABASE_URL. */
import { applyMigrations } from "../local/migrations.ts";

const { DATABASE_URL, NEON_HTTP_ENDPOINT } = process.env;
if (!DATABASE_URL) {
  console.error("DATABASE_URL is not set; run `DATABASE_URL=postgresql://… npm run migrate` with Neon's connection string");
  process.exit(1);
}
try {
  await applyMigrations(DATABASE_URL, NEON_HTTP_ENDPOINT ?? null);
  console.log("the database has every migration");
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`a migration failed: ${cause instanceof Error ? cause.message : message}`);
  process.exit(1);
}
