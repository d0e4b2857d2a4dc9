import type { CanonicalEvent } from "../event/event.ts";
import type { TrafficProbe } from "./traffic-event.ts";
import { TRAFFIC_TYPES, type TrafficType } from "./trigger-document.ts";
import type { EventTrigger } from "./triggers.ts";

/** A trigger to look at for an entity: what to read, and from when on windows are known in full. */
export interface TriggerProbe {
  readonly trigger: EventTrigger;
  readonly probe: TrafficProbe;
  /** The first new event's time. */
  readonly fromMs: number;
}

/** Which entities' events must be read for new events: one look a trigger and entity, however many of its events are new. */
export function probesFor(
  triggers: readonly EventTrigger[],
  events: readonly { readonly event: CanonicalEvent; readonly livemode: boolean }[],
): readonly TriggerProbe[] {
  const probes = new Map<string, TriggerProbe>();
  for (const { event, livemode } of events) {
    if (!isTraffic(event.type)) continue;
    for (const trigger of triggers) {
      const value = event.dimensions[trigger.about];
      const types = typesOf(trigger);
      if (value === undefined || !types.includes(event.type)) continue;
      const key = JSON.stringify([trigger.id, livemode, value]);
      const known = probes.get(key);
      const fromMs = Math.min(known?.fromMs ?? event.occurredAtMs, event.occurredAtMs);
      // A step that comes long after the count belongs to a window that began up to two lengths ago.
      const sinceMs = fromMs - trigger.windowMs * (trigger.followedBy.length > 0 ? 2 : 1);
      // What came late is part of windows that end after it.
      const untilMs = Math.max(known?.probe.untilMs ?? 0, event.occurredAtMs + trigger.windowMs);
      probes.set(key, { trigger, fromMs, probe: { livemode, kind: trigger.about, value, types, sinceMs, untilMs } });
    }
  }
  return [...probes.values()];
}

function isTraffic(type: string): type is TrafficType {
  return (TRAFFIC_TYPES as readonly string[]).includes(type);
}

function typesOf({ event, share, followedBy }: EventTrigger): readonly TrafficType[] {
  return [...new Set([event, ...(share === null ? [] : (["click"] as const)), ...followedBy.map((step) => step.event)])];
}
