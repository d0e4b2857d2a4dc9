import type { CanonicalEvent } from "../event/event.ts";
import { BODY_FIELDS } from "../features/body-fields.ts";
import { readJsonPath } from "./json-path.ts";

/** What a request to a service may say of an event; the merchant's own are under `attributes.`. */
export const REQUEST_FIELDS: readonly string[] = ["transaction_id", "timestamp", ...BODY_FIELDS];

/** One field of an event for a request; undefined when it has none. Money is in major units. */
export function eventField(event: CanonicalEvent, path: string): string | number | boolean | undefined {
  if (path === "transaction_id") return event.id;
  if (path === "timestamp") return new Date(event.occurredAtMs).toISOString();
  if (path === "type") return event.transactionType ?? event.type;
  const value = readJsonPath(event.body, path);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}
