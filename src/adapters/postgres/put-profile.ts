import { sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toStorableJson } from "./storable-json.ts";

export interface Profile {
  readonly clientId: string;
  readonly livemode: boolean;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

/** Replaces a client's profile as a whole. */
export function putProfile(
  database: Database,
  { clientId, livemode, values }: Profile,
  budgetMs: number,
): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    await session.execute(sql`
      insert into user_profiles (livemode, client_id, attributes, updated_at) values (${livemode}, ${clientId}, ${toStorableJson(values)}::jsonb, now())
      on conflict (client_id, livemode) do update set attributes = excluded.attributes, updated_at = excluded.updated_at`);
  });
}
