import { wilson } from "../backtest/wilson.ts";
import type { TrafficEvent } from "./traffic-event.ts";
import type { EventTrigger } from "./triggers.ts";

/** What a trigger found within one window. */
export interface Peak {
  /** Events, or different values of `distinct`. */
  readonly value: number;
  /** The count as a share in [0, 1], with what it is a share of; null when the trigger asks for none. */
  readonly share: { readonly of: number; readonly share: number; readonly low: number } | null;
  /** Those that were counted, oldest first. */
  readonly events: readonly TrafficEvent[];
  /** What followed them. */
  readonly followed: readonly TrafficEvent[];
  /** When the last counted event happened, epoch milliseconds. */
  readonly atMs: number;
}

const HOUR_MS = 3_600_000;

/** Findings are told apart by stretches of this length: a trigger's window, an hour at least. */
export function stretchMs({ windowMs }: Pick<EventTrigger, "windowMs">): number {
  return Math.max(windowMs, HOUR_MS);
}

/**
 * The highest windows of one entity's events that reach a trigger's threshold, one a stretch, in the order of time. A window is (t − windowMs, t] at
 * each counted event; only those that end at `fromMs` or later are looked at, for what is older may be known in part.
 * The result is the same in whatever order the events came.
 */
export function findPeaks(trigger: EventTrigger, given: readonly TrafficEvent[], fromMs: number): readonly Peak[] {
  const events = given.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  const counted = events.filter(({ type, status }) => type === trigger.event && (trigger.status === null || status === trigger.status));
  const best = new Map<number, Peak>();
  let start = 0;
  for (const [end, last] of counted.entries()) {
    while ((counted[start]?.atMs ?? 0) <= last.atMs - trigger.windowMs) start += 1;
    if (last.atMs < fromMs && trigger.followedBy.length === 0) continue;
    const within = counted.slice(start, end + 1);
    const value = trigger.distinct === null ? within.length : distinctOf(within, trigger.distinct);
    if (value < trigger.atLeast) continue;
    const stretch = Math.floor(last.atMs / stretchMs(trigger));
    if ((best.get(stretch)?.value ?? 0) >= value) continue;
    const share = shareOf(trigger, value, events, last.atMs);
    const followed = stepsAfter(trigger, events, last);
    if (share === "too low" || followed === null || (followed.at(-1) ?? last).atMs < fromMs) continue;
    best.set(stretch, { value, share, events: within, followed, atMs: last.atMs });
  }
  return [...best.values()];
}

function distinctOf(events: readonly TrafficEvent[], of: NonNullable<EventTrigger["distinct"]>): number {
  const values = new Set(events.map((event) => event[of]));
  values.delete(null);
  return values.size;
}

/** A count that is a share of nothing says nothing. */
function shareOf(
  { share: wanted, windowMs }: EventTrigger,
  value: number,
  events: readonly TrafficEvent[],
  atMs: number,
): Peak["share"] | "too low" {
  if (wanted === null) return null;
  let of = 0;
  for (const event of events) {
    if (event.type !== "click" || event.atMs > atMs || event.atMs <= atMs - windowMs) continue;
    of += wanted.per === "click" ? 1 : (event.impressions ?? 0);
  }
  // Who converts more often than clicks, or clicks more often than was shown, is at a share of 1.
  const interval = of < 1 ? null : wilson(Math.min(value, of), of);
  return interval === null || interval.low <= wanted.above ? "too low" : { of, share: interval.share, low: interval.low };
}

/** The steps that followed an event in their order within the window; null when one is lacking. */
function stepsAfter(
  { followedBy, windowMs }: EventTrigger,
  events: readonly TrafficEvent[],
  last: TrafficEvent,
): readonly TrafficEvent[] | null {
  const found: TrafficEvent[] = [];
  let at = events.indexOf(last) + 1;
  for (const step of followedBy) {
    while (at < events.length && !(events[at]?.type === step.event && (step.status === null || events[at]?.status === step.status)))
      at += 1;
    const event = events[at];
    if (event === undefined || event.atMs > last.atMs + windowMs) return null;
    found.push(event);
    at += 1;
  }
  return found;
}
