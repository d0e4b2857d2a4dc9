import type { EntityKind } from "../event/entity.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { ClientAggregates, EntityAggregates } from "./aggregates.ts";

/** Everything read about one event. `undefined` is a source that failed: what it feeds is missing. */
export interface FactInput {
  readonly event: CanonicalEvent;
  /** False leaves the event itself out of every window, whatever a feature declares. */
  readonly self: boolean;
  /** Packed logs as they were before the event. */
  readonly logs: Readonly<Partial<Record<EntityKind, string>>> | undefined;
  /** Logs in another role, by `by>as`. */
  readonly roles: Readonly<Partial<Record<`${EntityKind}>${EntityKind}`, string>>> | undefined;
  /** FeatureStoreLookup values as stored JSON. */
  readonly store: Readonly<Partial<Record<EntityKind, string>>> | undefined;
  /** Null: Postgres knows nothing of this client. */
  readonly client: ClientAggregates | null | undefined;
  readonly dest: EntityAggregates | null | undefined;
}
