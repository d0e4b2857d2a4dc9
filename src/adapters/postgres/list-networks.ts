import { type SQL, sql } from "drizzle-orm";

/** Every network that holds an address, from all of its family to the address itself: 33 or 129 look-ups by index instead of a scan. */
export function networksAround(address: string): SQL {
  return sql`select network(set_masklen(${address}::inet, bits))::inet from generate_series(0, masklen(${address}::inet)) as bits`;
}
