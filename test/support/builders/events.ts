import type { Dimension } from "../../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";

/** Noon of an ordinary Friday, UTC: the time of events that name none. */
export const NOON = Date.UTC(2026, 10, 20, 12);

let made = 0;

/** What a test says of an event: any field, and dimensions by name (undefined leaves one out). */
export type Given = Partial<Omit<CanonicalEvent, "dimensions">> & {
  readonly dimensions?: Readonly<Partial<Record<Dimension, string | undefined>>>;
};

/** A payment of 50.00 by `client-1` from its device and address; its id is new each time. */
export function aTransaction(given: Given = {}): CanonicalEvent {
  const amountMinor = given.amountMinor === undefined ? 5_000 : given.amountMinor;
  return anEvent({ type: "transaction", transactionType: "PAYMENT", status: "attempted", ...given, amountMinor });
}

export function aLogin(given: Given = {}): CanonicalEvent {
  return anEvent({ type: "login", status: "success", ...given });
}

function anEvent(given: Given & Pick<CanonicalEvent, "type" | "status">): CanonicalEvent {
  made += 1;
  const dimensions: Partial<Record<Dimension, string>> = {};
  const wanted = { client: "client-1", device: "device-1", ip: "198.51.100.7", ...given.dimensions };
  for (const [dimension, value] of Object.entries(wanted)) if (value !== undefined) dimensions[dimension as Dimension] = value;
  return {
    id: `event-${made}`,
    stage: "",
    transactionType: null,
    occurredAtMs: NOON,
    amountMinor: null,
    latitude: null,
    longitude: null,
    body: {},
    ...given,
    dimensions,
  };
}
