import type { LogReads } from "../velocity/column-layout.ts";
import type { LogRole } from "../velocity/history-group.ts";
import type { Declaration, HistoryDeclaration } from "./declaration.ts";
import type { FeatureSource, FeatureType } from "./value.ts";

/** One declared feature: its slot is its index in `Facts.values`. */
export interface FeatureSlot {
  readonly name: string;
  readonly slot: number;
  readonly type: FeatureType;
  readonly source: FeatureSource;
}

/** The names rules and models may read, in slot order (a feature comes after the features it reads). */
export interface Vocabulary {
  readonly slots: readonly FeatureSlot[];
  readonly byName: ReadonlyMap<string, FeatureSlot>;
}

/** What a checked feature file declares. */
export interface FeatureCatalogue extends Vocabulary {
  /** By slot. */
  readonly declarations: readonly Declaration[];
  /** What SQL computes (`source: "postgres"`), apart from known destinations. */
  readonly aggregates: readonly HistoryDeclaration[];
  /** Histories in another role that the claim must read besides the event's own logs. */
  readonly roles: readonly LogRole[];
  /** What is read of the logs: by features, and by the check whether a blocked address has other users. */
  readonly logReads: LogReads;
  /** Whether features read what Postgres knows of an event's client (aggregates, destinations, profile, behaviour), and of its destination. */
  readonly readsClient: boolean;
  readonly readsDest: boolean;
  /** IANA zone of hours and weekdays. */
  readonly timeZone: string;
  /** Decimals of the currency's minor unit. */
  readonly currencyExponent: number;
}
