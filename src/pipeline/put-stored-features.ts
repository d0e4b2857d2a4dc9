import type { World } from "../core/access/api-key.ts";
import { canonicalEntityId } from "../core/event/canonical.ts";
import type { EntityKind } from "../core/event/entity.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 2_000;

export interface StoredFeaturesCall {
  readonly entity: EntityKind;
  readonly id: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly world: World;
}

/** Writes what FeatureStoreLookup reads (S2.2). */
export async function putStoredFeatures(services: Services, call: StoredFeaturesCall): Promise<Result<void, Refusal>> {
  const id = canonicalEntityId(call.entity, call.id);
  if (id === null)
    return err({ kind: "invalid", faults: [{ code: "malformed_id", path: "id", message: `\`id\` is not a ${call.entity}` }] });
  const written = await services.velocity[call.world].putStored(call.entity, id, call.values, BUDGET_MS);
  return written.ok ? ok(undefined) : err({ kind: "unavailable", part: written.error.source });
}
