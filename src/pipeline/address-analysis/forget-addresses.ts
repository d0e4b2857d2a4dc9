import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;
const DAY_MS = 86_400_000;
const MOST_ROUNDS = 100;

/** Each hour: forgets addresses that were not seen within the retention time. Null when Postgres failed. */
export async function forgetAddresses(services: Services): Promise<number | null> {
  let forgotten = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const some = await services.addresses.store.forget(services.clock() - services.retentionDays * DAY_MS, BUDGET_MS);
    if (!some.ok) return null;
    if (some.value === 0) break;
    forgotten += some.value;
  }
  return forgotten;
}
