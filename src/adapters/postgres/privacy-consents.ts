import { sql } from "drizzle-orm";
import type { ConsentStore } from "../../ports/privacy.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

/** The history of consents in Postgres. */
export function createConsentStore(database: Database): ConsentStore {
  return {
    put: (consents, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = consents.map(({ clientId, livemode, purpose, isGranted, givenAtMs, source }) => ({
          ...{ livemode, purpose, source },
          client_id: clientId,
          granted: isGranted,
          given_at: toInstant(givenAtMs),
        }));
        await session.execute(sql`
          insert into consents (livemode, client_id, purpose, granted, given_at, source)
          select livemode, client_id, purpose, granted, given_at, source from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as c(livemode boolean, client_id text, purpose text, granted boolean, given_at timestamptz(3), source text)
          on conflict do nothing`);
      }),
  };
}
