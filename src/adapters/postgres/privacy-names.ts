import { type SQL, sql } from "drizzle-orm";
import { NAME_KINDS } from "../../core/privacy/personal-places.ts";
import type { ErasureWork } from "../../ports/privacy.ts";

/** What stands under which name of a document, for the SQL functions that read one. */
export const NAMES: SQL = sql`${JSON.stringify(NAME_KINDS)}::jsonb`;

/** Entities of an erasure as `(kind, value)`: the client itself, as payer and as recipient, and what is its own. */
export const entitiesOf = (work: ErasureWork): SQL => sql`(
  select 'client' as kind, ${work.clientId}::text as value union all select 'dest', ${work.clientId}
  union all select kind, value from erasure_identifiers where erasure_id = ${work.id} and is_own and kind not in ('claim', 'payer'))`;

/**
 * The same for the functions that read documents and words, as a CTE `given`: `persons` by kind, `texts` the longest first, so that no name is replaced
 * inside a longer one, `sure`, those of them that can be nothing but an identifier, and `keys`, under which indexes have the documents that name one (0:
 * documents that cannot be read).
 */
export const givenOf = (work: ErasureWork): SQL => sql`given as materialized (
  select (select jsonb_object_agg(kind, held) from (select kind, jsonb_agg(value) as held from ${entitiesOf(work)} entity group by kind) by_kind) as persons,
    array_agg(value order by length(value) desc, value) as texts,
    coalesce(array_agg(value order by length(value) desc, value) filter (where is_distinctive(value)), '{}') as sure,
    (select array_agg(entity_key(kind, value)) || 0::bigint from ${entitiesOf(work)} entity) as keys
  from (select distinct value from ${entitiesOf(work)} entity) name)`;
