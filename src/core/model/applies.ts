import type { CanonicalEvent } from "../event/event.ts";
import type { ModelCard } from "./card.ts";

/** Whether the card covers this event: a transaction of one of its types that carries every required field (D6). Elsewhere p = 0. */
export function modelApplies(
  card: Pick<ModelCard, "appliesTo">,
  event: Pick<CanonicalEvent, "transactionType" | "amountMinor" | "body">,
): boolean {
  const { types, requires } = card.appliesTo;
  if (event.transactionType === null || event.amountMinor === null || !types.includes(event.transactionType)) return false;
  return requires.every((field) => event.body[field] !== undefined && event.body[field] !== null);
}
