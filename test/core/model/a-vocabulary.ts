import type { FeatureSlot, Vocabulary } from "../../../src/core/features/catalogue.ts";
import type { FeatureType, FeatureValue } from "../../../src/core/features/value.ts";

/** A vocabulary of event features in the order given. */
export function aVocabulary(types: Readonly<Record<string, FeatureType>>): Vocabulary {
  const slots: FeatureSlot[] = Object.entries(types).map(([name, type], slot) => ({ name, slot, type, source: "event" }));
  return { slots, byName: new Map(slots.map((feature) => [feature.name, feature])) };
}

/** What models/transfer reads. */
export const TRANSFER_FEATURES: Readonly<Record<string, FeatureType>> = {
  hour: "hour",
  transaction_type: "text",
  amount: "money",
  origin_balance_before: "money",
  dest_balance_before: "money",
  amount_to_origin_balance: "ratio",
  amount_minus_origin_balance: "money",
};

/** Values by name in slot order; a name left out is absent. */
export function valuesOf(vocabulary: Vocabulary, values: Readonly<Record<string, FeatureValue>>): FeatureValue[] {
  return vocabulary.slots.map(({ name }) => (Object.hasOwn(values, name) ? values[name] : null));
}
