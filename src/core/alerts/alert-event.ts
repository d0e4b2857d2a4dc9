import type { NewAlert } from "./alert.ts";

/** What subscribers are told of a new alert; its id, which the store gives, is added to `data`. */
export function alertEvent({ kind, severity, title, details, atMs }: NewAlert) {
  return {
    type: "alert.raised" as const,
    data: { kind, severity, title, details, first_seen_at: new Date(atMs).toISOString() },
  };
}
