import type { Dimension, EntityKind } from "../event/entity.ts";
import type { EventType } from "../event/event.ts";
import type { ConditionNode, Literal } from "../rules/condition.ts";
import type { FeatureType } from "./value.ts";

export const AGGREGATES = [
  "count",
  "sum",
  "avg",
  "max",
  "min",
  "countDistinct",
  "crossDimensionCount",
  "firstSeen",
  "lastSeen",
  "timeSince",
  "velocity",
  "std",
  "median",
  "quantile",
  "share",
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Stands in for an absent value, never for a missing one: a literal, or another feature's value. */
export type Default = Literal | { readonly feature: string } | null;

/**
 * A checked declaration that reads an entity's history, from the log or from Postgres. Whichever answers:
 * - Events are those of `events` (all when empty) in (t − windowMs, t] whose entity `as` has the value the event being decided has for `by[0]`,
 *   whose dimension `by[1]` (when there is one) has the value the event being decided has for it, and for which `where` is true (never unknown).
 * - `count`, `countDistinct`, `crossDimensionCount`, `velocity`, `firstSeen`, `lastSeen`, `timeSince` take every attempt.
 *   `sum`, `avg`, `max`, `min`, `std` (population), `median` and `quantile` (linear interpolation) take amounts of events neither `blocked` nor `declined`.
 * - `share` is the part, in [0, 1], of events neither blocked nor declined for which `where` is true: there `where` is the numerator only.
 * - `countDistinct` and `crossDimensionCount` count different present values of the dimension `of`.
 * - `timeSince` is (t − time of the first or last event, by `since`) ÷ `unitMs`; of type `count` it is rounded down.
 * - Without the entity in the event the value is absent. With it and no events, counts and sums are 0, `velocity` is false, everything else absent.
 */
export interface HistoryDeclaration {
  readonly kind: "history";
  readonly name: string;
  readonly op: Aggregate;
  readonly type: FeatureType;
  readonly source: "log" | "postgres";
  /** Event types read; empty means all. */
  readonly events: readonly EventType[];
  /** Over the names of event-vocabulary.ts, literals only. */
  readonly where: ConditionNode | null;
  /** The entity whose history is read, or a pair (history of the first, narrowed to events that have the same second). From Postgres the first is client or dest. */
  readonly by: readonly [EntityKind] | readonly [EntityKind, Dimension];
  /** Reads the history of `by`'s value in another role: `by: dest, as: client` is what this recipient paid. */
  readonly as: EntityKind;
  /** What is aggregated: the amount, or a dimension for distinct counts. */
  readonly of: "amount" | Dimension | null;
  /** Window length in milliseconds; null for first/last seen over all time, and for the known destinations of `isKnownDestination`. (t − w, t]. */
  readonly windowMs: number | null;
  /** Whether the event being decided counts. SQL never sees it: for Postgres the merge adds it to counts and sums. */
  readonly self: boolean;
  /** `velocity`: true when the count is greater. */
  readonly threshold: number | null;
  /** `quantile`: in (0, 1). */
  readonly q: number | null;
  /** `timeSince`: milliseconds a unit. */
  readonly unitMs: number | null;
  /** `timeSince`: since the first or the last event. */
  readonly since: "first" | "last" | null;
  readonly default: Default;
}

/**
 * The transactions of a client with one destination, over all time (D5): answered from `ClientAggregates.dests` and the client's log.
 * INVARIANT: the one kind of pair Postgres serves. Its value depends on the destination, so it is in no `values` and no SQL is compiled for it.
 */
export function isKnownDestination(declaration: HistoryDeclaration): boolean {
  return declaration.source === "postgres" && declaration.by.length === 2;
}

/** What every other declaration has. */
interface Declared {
  readonly name: string;
  readonly type: FeatureType;
  readonly default: Default;
}
/** A path in the event's normalised body; `amount` and `type` read the canonical event. A value of another type than declared is absent. */
export interface FieldDeclaration extends Declared {
  readonly kind: "field";
  readonly path: readonly string[];
}
export const ARITHMETIC = ["add", "subtract", "multiply", "divide", "mod", "abs"] as const;
export const COMPARISONS = ["eq", "ne", "gt", "gte", "lt", "lte"] as const;
/** Another feature, or a number in inside units. */
export type Term = { readonly feature: string } | { readonly literal: number };
/** Left to right over its terms; absent when one is absent, when it divides by zero or when the result is not finite. */
export interface ArithmeticDeclaration extends Declared {
  readonly kind: "arithmetic";
  readonly op: (typeof ARITHMETIC)[number];
  readonly of: readonly Term[];
}
/** Boolean: `left` compared with `right`. */
export interface CompareDeclaration extends Declared {
  readonly kind: "compare";
  readonly comparison: (typeof COMPARISONS)[number];
  readonly left: Term;
  readonly right: Term;
}
/** Hour 0–23 or weekday 1 (Monday)–7 of the event in an IANA time zone. */
export interface CalendarDeclaration extends Declared {
  readonly kind: "calendar";
  readonly part: "hour" | "weekday";
  readonly zone: string;
}
/** Great-circle distance from the entity's previous event in km, or km/h on the way (at least one second apart). */
export interface DistanceDeclaration extends Declared {
  readonly kind: "distance";
  readonly measure: "km" | "km/h";
  readonly by: EntityKind;
}
/** A column of the client's row in `behavioral_patterns`. */
export interface BehaviourDeclaration extends Declared {
  readonly kind: "behaviour";
  readonly column: string;
}
/** A field of the client's row in `user_profiles`. */
export interface ProfileDeclaration extends Declared {
  readonly kind: "profile";
  readonly field: string;
}
/** A value written by `PUT /api/v1/features/{entity}/{id}`. */
export interface StoreDeclaration extends Declared {
  readonly kind: "store";
  readonly by: EntityKind;
  readonly key: string;
}
/** A value of an external service's answer, by the key its settings give it. Asked only when a live or shadow rule for this kind of event reads it. */
export interface ServiceDeclaration extends Declared {
  readonly kind: "service";
  readonly service: string;
  readonly key: string;
}
/** The part after the last `@` of an e-mail feature, or whether it (or a parent domain) is on the list of throw-away domains. */
export interface EmailDeclaration extends Declared {
  readonly kind: "email";
  readonly measure: "domain" | "isDisposable";
  readonly of: string;
}
export const ADDRESS_MEASURES = ["isDatacenter", "isVpn", "isTor", "blacklistCount", "country", "riskScore"] as const;
export type AddressMeasure = (typeof ADDRESS_MEASURES)[number];
/**
 * What is known of the event's address: from imported lists by their category, the country from the request where it says one; `riskScore` in [0, 100]
 * as the address analysis had it after the address's last event. Absent where nobody looked (no such list, an address never seen).
 */
export interface AddressDeclaration extends Declared {
  readonly kind: "address";
  readonly measure: AddressMeasure;
}
/** Boolean: the country `of` is none of the client's usual ones. */
export interface UnusualCountryDeclaration extends Declared {
  readonly kind: "unusualCountry";
  readonly of: string;
}
/** Boolean: two features that are no numbers have different values. */
export interface DiffersDeclaration extends Declared {
  readonly kind: "differs";
  readonly of: readonly [string, string];
}

export const DEVICE_SIGNALS = ["inconsistent", "contradictions", "emulator", "virtualMachine"] as const;
/** What `core/device` makes of the event's own account of its device: booleans, or the names of what contradicts itself, space separated. */
export interface DeviceDeclaration extends Declared {
  readonly kind: "device";
  readonly signal: (typeof DEVICE_SIGNALS)[number];
}

export type Declaration =
  | AddressDeclaration
  | UnusualCountryDeclaration
  | DiffersDeclaration
  | HistoryDeclaration
  | FieldDeclaration
  | ArithmeticDeclaration
  | CompareDeclaration
  | CalendarDeclaration
  | DistanceDeclaration
  | BehaviourDeclaration
  | ProfileDeclaration
  | StoreDeclaration
  | ServiceDeclaration
  | DeviceDeclaration
  | EmailDeclaration;
