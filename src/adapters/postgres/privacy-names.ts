import { type SQL, sql } from "drizzle-orm";
import type { ErasureWork } from "../../ports/privacy.ts";

/** Entities of an erasure as `(kind, value)`: the client itself, as payer and as recipient, and what is its own. */
export const entitiesOf = (work: ErasureWork): SQL => sql`(
  select 'client' as kind, ${work.clientId}::text as value union all select 'dest', ${work.clientId}
  union all select kind, value from erasure_identifiers where erasure_id = ${work.id} and is_own and kind not in ('claim', 'payer'))`;

/** The same as one `text[]`, the longest first, so that no name is replaced inside a longer one. */
export const namesOf = (work: ErasureWork): SQL => sql`(
  select array_agg(value order by length(value) desc, value) from (select distinct value from ${entitiesOf(work)} entity) name)`;
