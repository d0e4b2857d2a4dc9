import type { World } from "../core/access/api-key.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 2_000;

export interface ProfileCall {
  readonly client: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** By purpose; `at` is now when left out. */
  readonly consents: Readonly<Record<string, { readonly granted: boolean; readonly source: string; readonly at?: string | undefined }>>;
  readonly world: World;
}

/** Writes what ProfileLookup reads (S2.2): Postgres is the record; the cached aggregates carry it to decisions. */
export async function putProfile(services: Services, call: ProfileCall): Promise<Result<void, Refusal>> {
  const consents = Object.entries(call.consents).map(([purpose, { granted, source, at }]) => ({
    ...{ clientId: call.client, livemode: call.world === "live", purpose, source },
    isGranted: granted,
    givenAtMs: at === undefined ? services.clock() : Date.parse(at),
  }));
  if (consents.length > 0) {
    const kept = await services.privacy.consents.put(consents, BUDGET_MS);
    if (!kept.ok) return err({ kind: "unavailable", part: kept.error.source });
  }
  const written = await services.records.putProfile(call.client, call.values, call.world === "live", BUDGET_MS);
  if (!written.ok) return err({ kind: "unavailable", part: written.error.source });
  // The cache would show the old profile for minutes: without it the next decision asks Postgres.
  const dropped = await services.velocity[call.world].dropAggregates("client", call.client, BUDGET_MS);
  return dropped.ok ? ok(undefined) : err({ kind: "unavailable", part: dropped.error.source });
}
