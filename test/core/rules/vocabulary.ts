import type { FeatureSlot, Vocabulary } from "../../../src/core/features/catalogue.ts";
import type { FeatureType } from "../../../src/core/features/value.ts";

/** A vocabulary of plain event features, in the order given. */
export function aVocabulary(types: Readonly<Record<string, FeatureType>>): Vocabulary {
  const slots = Object.entries(types).map(([name, type], slot): FeatureSlot => ({ name, slot, type, source: "event" }));
  return { slots, byName: new Map(slots.map((slot) => [slot.name, slot])) };
}

/** One feature of every type, and a few pairs that compare. */
export const EVERY_TYPE = aVocabulary({
  amount: "money",
  amount_mean_30d: "money",
  cards_per_ip_1h: "count",
  decline_ratio: "ratio",
  session_age: "duration",
  last_login_at: "time",
  hour: "hour",
  weekday: "weekday",
  card_country: "country",
  billing_country: "country",
  email: "email",
  ip: "ip",
  client_id: "id",
  user_agent: "text",
  is_new_destination: "boolean",
});
