import type { Dossier } from "./dossier.ts";
import { sayAmount, sayTime } from "./page-block.ts";
import type { TransactionFacts } from "./transaction-facts.ts";

interface Moment {
  readonly at: string;
  readonly what: string;
}

/** Everything that has a time, oldest first: order, check, payment, parcels, messages, chargeback. */
export function timelineOf({
  transaction,
  delivery,
  communications,
  chargeback,
}: Dossier): readonly (readonly [at: string, what: string])[] {
  const moments: Moment[] = transaction === null ? [] : paymentMoments(transaction);
  for (const { carrier, tracking_number, shipped_at, delivered_at, signature } of delivery) {
    const parcel = tracking_number === undefined ? carrier : `${carrier} ${tracking_number}`;
    if (shipped_at !== undefined) moments.push({ at: shipped_at, what: `Handed to ${parcel}` });
    if (delivered_at !== undefined) moments.push({ at: delivered_at, what: `Delivered by ${parcel}` });
    if (signature?.signed_at !== undefined) moments.push({ at: signature.signed_at, what: `Signed for by ${signature.signed_by}` });
  }
  for (const { at, channel, direction } of communications)
    moments.push({ at, what: direction === "in" ? `The customer wrote or called (${channel})` : `The shop wrote or called (${channel})` });
  if (chargeback !== null)
    moments.push({ at: chargeback.at, what: `Charged back${chargeback.reason_code === null ? "" : `, reason ${chargeback.reason_code}`}` });
  return moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).map(({ at, what }) => [sayTime(at), what]);
}

function paymentMoments({ occurred_at, amount, currency, decisions, payments }: TransactionFacts): Moment[] {
  return [
    { at: occurred_at, what: `Ordered and paid online: ${sayAmount(amount, currency)}` },
    ...decisions.map(({ decided_at, outcome, risk_score }) => ({
      at: decided_at,
      what: `Checked for fraud: ${outcome} (risk ${risk_score} of 100)`,
    })),
    // The chargeback itself comes last, with its reason.
    ...payments
      .filter(({ status }) => status !== "chargeback")
      .map(({ at, status, amount: paid }) => ({
        at,
        what: `Payment ${status}${paid === null ? "" : `: ${sayAmount(paid, currency)}`}`,
      })),
  ];
}
