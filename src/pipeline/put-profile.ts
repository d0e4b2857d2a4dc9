import type { World } from "../core/access/api-key.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 2_000;

export interface ProfileCall {
  readonly client: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly world: World;
}

/** Writes what ProfileLookup reads (S2.2): Postgres is the record; the cached aggregates carry it to decisions. */
export async function putProfile(services: Services, call: ProfileCall): Promise<Result<void, Refusal>> {
  const written = await services.records.putProfile(call.client, call.values, call.world === "live", BUDGET_MS);
  if (!written.ok) return err({ kind: "unavailable", part: written.error.source });
  // The cache would show the old profile for minutes: without it the next decision asks Postgres.
  const dropped = await services.velocity[call.world].dropAggregates("client", call.client, BUDGET_MS);
  return dropped.ok ? ok(undefined) : err({ kind: "unavailable", part: dropped.error.source });
}
