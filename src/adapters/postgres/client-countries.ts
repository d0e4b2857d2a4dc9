import { sql } from "drizzle-orm";
import { request } from "./request-values.ts";
import { clientCountries } from "./schema/address-analysis.ts";

/** More countries than a person is at home in. */
const LISTED_COUNTRIES = 32;

const millis = (column: typeof clientCountries.firstAt | typeof clientCountries.lastAt) =>
  sql`(extract(epoch from ${column}) * 1000)::bigint`;

/** The countries a client's events came from as `[country, first, last]` in epoch milliseconds, the last ones first; an array also when there are none. */
export const countryList = sql`
  select coalesce(jsonb_agg(jsonb_build_array(country, first_ms, last_ms) order by last_ms desc, country), '[]'::jsonb) from (
    select ${clientCountries.country} as country, ${millis(clientCountries.firstAt)} as first_ms, ${millis(clientCountries.lastAt)} as last_ms
    from ${clientCountries} where ${clientCountries.clientId} = ${request.client} and ${clientCountries.livemode} = ${request.livemode}
    order by ${clientCountries.lastAt} desc limit ${sql.raw(String(LISTED_COUNTRIES))}
  ) seen`;
