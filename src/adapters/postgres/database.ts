import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { PgDialect } from "drizzle-orm/pg-core";
import { err, ok, type Result } from "../../core/result.ts";
import { type PostgresFault, toFault } from "./fault.ts";

export interface DatabaseConfig {
  readonly url: string;
  /** Where the local gateway serves Neon's protocol; null asks Neon itself. */
  readonly endpoint: string | null;
}
/** The driver bound to one call's budget. */
export type Session = NeonHttpDatabase<Record<string, never>> & { readonly $client: NeonQueryFunction<false, false> };
export interface Database {
  readonly url: string;
}

/** The names in the database are the schema's in snake case. */
export const dialect = new PgDialect({ casing: "snake_case" });

/** Prepares access to Postgres over HTTP: no connection is kept, so none can go stale. */
export function createDatabase(config: DatabaseConfig): Database {
  // The driver has no per-call endpoint; one isolate talks to one deployment.
  if (config.endpoint !== null) neonConfig.fetchEndpoint = config.endpoint;
  return { url: config.url };
}

/**
 * Asks Postgres something within a budget: settles in time whatever the network does, and never throws.
 * A timed-out write may have happened; every write here may be repeated.
 */
export async function ask<T>(
  database: Database,
  budgetMs: number,
  question: (session: Session) => Promise<T>,
): Promise<Result<T, PostgresFault>> {
  if (!(budgetMs > 0)) return err({ source: "postgres", reason: "timeout", sqlState: null, detail: "no budget left" });
  try {
    const client = neon(database.url, {
      fetchOptions: { signal: AbortSignal.timeout(Math.ceil(budgetMs)) },
      disableWarningInBrowsers: true,
    });
    return ok(await question(drizzle(client, { casing: "snake_case" })));
  } catch (thrown) {
    return err(toFault(thrown));
  }
}
