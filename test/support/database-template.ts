import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { startGateways } from "../../src/tools/local/gateways.ts";
import { applyMigrations } from "../../src/tools/local/migrations.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";

const TEMPLATE = "tollgate_template";

/** Makes the migrated database that `freshDatabase` copies. */
export async function createTemplate(postgresUrl: string, redisUrl: string): Promise<void> {
  await administer(postgresUrl, `create database ${TEMPLATE}`);
  const gateways = await startGateways(withDatabase(postgresUrl, TEMPLATE), redisUrl, createSecrets());
  try {
    await applyMigrations(gateways.vars.DATABASE_URL, gateways.vars.NEON_HTTP_ENDPOINT);
  } finally {
    await gateways.close();
  }
}

/** A database of one's own without any table. */
export async function emptyDatabase(postgresUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(postgresUrl, `create database ${name}`);
  return withDatabase(postgresUrl, name);
}

/** A database of one's own with all tables and no rows; gives its URL. */
export async function freshDatabase(postgresUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(postgresUrl, `create database ${name} template ${TEMPLATE}`);
  return withDatabase(postgresUrl, name);
}

export async function dropDatabase(databaseUrl: string): Promise<void> {
  await administer(withDatabase(databaseUrl, "postgres"), `drop database ${new URL(databaseUrl).pathname.slice(1)} with (force)`);
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: withDatabase(url, "postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
