import { Client, types } from "pg";
import { createDatabase, type Database } from "../../../src/adapters/postgres/database.ts";
import type { Result } from "../../../src/core/result.ts";
import { createTestGateways, type TestGateways } from "../test-gateways.ts";

/** A migrated database of a test file's own: the adapter's way in through the gateway, and a connection for looking behind it. */
export interface TestDatabase {
  readonly database: Database;
  readonly gateways: TestGateways;
  /** Rows as objects; bigint and numeric as numbers. */
  rows(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

export async function createTestDatabase(): Promise<TestDatabase> {
  const gateways = await createTestGateways();
  const getTypeParser = (oid: number) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid));
  const client = new Client({
    connectionString: gateways.postgresUrl,
    types: { getTypeParser: getTypeParser as typeof types.getTypeParser },
  });
  await client.connect();
  return {
    database: createDatabase({ url: gateways.vars.DATABASE_URL, endpoint: gateways.vars.NEON_HTTP_ENDPOINT }),
    gateways,
    rows: async (text, values = []) => (await client.query(text, [...values])).rows,
    close: async () => {
      await client.end();
      await gateways.close();
    },
  };
}

/** The value of a call that is expected to succeed; the fault, thrown, otherwise. */
export function expectValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
