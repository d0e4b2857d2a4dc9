import type { AddressIntelligence } from "../address-intelligence/address-intelligence.ts";
import type { EntityKind } from "../event/entity.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { CheckValues } from "../external-checks/read-answer.ts";
import type { PackedLog } from "../velocity/column-layout.ts";
import type { ClientAggregates, EntityAggregates } from "./aggregates.ts";

/** Everything read about one event. `undefined` is a source that failed: what it feeds is missing. */
export interface FactInput {
  readonly event: CanonicalEvent;
  /** False leaves the event itself out of every window, whatever a feature declares. */
  readonly self: boolean;
  /** Packed logs as they were before the event. */
  readonly logs: Readonly<Partial<Record<EntityKind, PackedLog>>> | undefined;
  /** Logs in another role, by `by>as`. */
  readonly roles: Readonly<Partial<Record<`${EntityKind}>${EntityKind}`, PackedLog>>> | undefined;
  /** FeatureStoreLookup values as stored JSON. */
  readonly store: Readonly<Partial<Record<EntityKind, string>>> | undefined;
  /** Null: Postgres knows nothing of this client. */
  readonly client: ClientAggregates | null | undefined;
  readonly dest: EntityAggregates | null | undefined;
  /** What external services answered, by name; null: there was nothing to ask about. One that is not in it was not asked or did not answer. */
  readonly checks?: ReadonlyMap<string, CheckValues | null>;
  /** Left out: nobody looks at addresses here, and all features of them are absent. */
  readonly address?: AddressFacts;
}

/** What is known of the event's address. `undefined` is a source that failed. */
export interface AddressFacts {
  readonly lists: AddressIntelligence | undefined;
  /** Of the address analysis, in [0, 100]; null for an address never seen. */
  readonly riskScore: number | null | undefined;
}
