import type { TrafficEntity, TrafficType } from "./trigger-document.ts";

/** What triggers see of an event; `null` is not sent. */
export interface TrafficEvent {
  readonly id: string;
  readonly type: TrafficType;
  readonly status: string;
  readonly atMs: number;
  readonly client: string | null;
  readonly device: string | null;
  /** As it is counted: an IPv6 address is its /64. */
  readonly ip: string | null;
  readonly email: string | null;
  /** How often something to click was shown to this visitor since its last click (`attributes.impressions`). */
  readonly impressions: number | null;
}

/** A look at one entity's events of some types in (sinceMs, untilMs]. */
export interface TrafficProbe {
  readonly livemode: boolean;
  readonly kind: TrafficEntity;
  readonly value: string;
  readonly types: readonly TrafficType[];
  readonly sinceMs: number;
  readonly untilMs: number;
}
