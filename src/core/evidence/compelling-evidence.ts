import * as z from "zod";
import type { CanonicalEvent } from "../event/event.ts";
import type { RecordedEvent } from "./gather-facts.ts";

const DAY_MS = 86_400_000;
/** Visa's Compelling Evidence 3.0 (dispute condition 10.4): transactions this long before the dispute count. */
export const PRIOR_DAYS = { least: 120, most: 365 } as const;
const SHOWN = 10;

/** What Visa compares; at least two must match, one of them the address or the device. */
const CORE_ELEMENTS = ["account", "ip_address", "device", "shipping_address"] as const;
type CoreElement = (typeof CORE_ELEMENTS)[number];

export const PriorTransaction = z.object({
  transaction_id: z.string(),
  occurred_at: z.string(),
  days_before: z.int(),
  amount: z.number().nullable(),
  currency: z.string(),
  status: z.string(),
  client_id: z.string().nullable(),
  ip_address: z.string().nullable(),
  device_id: z.string().nullable(),
  shipping_address: z.string().nullable(),
  card_last4: z.string().nullable(),
  /** What is the same as in the disputed transaction. */
  matches: z.array(z.enum(CORE_ELEMENTS)),
  same_card: z.boolean(),
});
export type PriorTransaction = z.infer<typeof PriorTransaction>;

export const CompellingEvidence = z.object({
  /** The dispute's time, or of asking while there is none. */
  counted_from: z.string(),
  from: z.string(),
  to: z.string(),
  qualifies: z.boolean(),
  /** The two transactions that it rests on, and what all three have in common. */
  transactions: z.array(z.string()),
  elements: z.array(z.enum(CORE_ELEMENTS)),
  reason: z.string(),
  /** The prior undisputed transactions that match most, at most ten. */
  prior: z.array(PriorTransaction),
});
export type CompellingEvidence = z.infer<typeof CompellingEvidence>;

/** The span of time that prior transactions are looked for in, both ends included. */
export function priorWindow(countedFromMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: countedFromMs - PRIOR_DAYS.most * DAY_MS, toMs: countedFromMs - PRIOR_DAYS.least * DAY_MS };
}

/**
 * Which prior transactions match the disputed one in what, and whether two of them are what Visa asks for: the same card, and in all three the same two
 * elements, one of them the address or the device.
 * @param prior authorised or captured, never disputed nor called fraud, inside `priorWindow`
 */
export function assessPrior(disputed: CanonicalEvent, prior: readonly RecordedEvent[], countedFromMs: number): CompellingEvidence {
  const compared = prior
    .map((one) => compare(disputed, one, countedFromMs))
    .filter(({ matches }) => matches.length > 0)
    .sort((a, b) => Number(b.same_card) - Number(a.same_card) || b.matches.length - a.matches.length || a.days_before - b.days_before);
  const pair = findPair(compared);
  const { fromMs, toMs } = priorWindow(countedFromMs);
  return {
    counted_from: iso(countedFromMs),
    from: iso(fromMs),
    to: iso(toMs),
    qualifies: pair !== null,
    transactions: pair?.ids ?? [],
    elements: pair?.elements ?? [],
    reason: pair === null ? whyNot(compared) : `two undisputed transactions share ${sayAll(pair.elements)} with the disputed one`,
    prior: compared.slice(0, SHOWN),
  };
}

function compare(disputed: CanonicalEvent, { event, currency }: RecordedEvent, countedFromMs: number): PriorTransaction {
  const same: Readonly<Record<CoreElement, boolean>> = {
    account: isSame(disputed.dimensions.client, event.dimensions.client),
    // The address itself: an IPv6 network has more than one customer.
    ip_address: isSame(disputed.body.ip_address, event.body.ip_address),
    device: isSame(disputed.dimensions.device, event.dimensions.device),
    shipping_address: isSame(disputed.dimensions.shipping, event.dimensions.shipping),
  };
  return {
    transaction_id: event.id,
    occurred_at: iso(event.occurredAtMs),
    days_before: Math.floor((countedFromMs - event.occurredAtMs) / DAY_MS),
    amount: event.amountMinor === null ? null : event.amountMinor / 10 ** currency.exponent,
    currency: currency.code,
    status: event.status,
    client_id: event.dimensions.client ?? null,
    ip_address: textOf(event.body.ip_address),
    device_id: event.dimensions.device ?? null,
    shipping_address: addressLine(event.body.shipping),
    card_last4: textOf(cardOf(event).last4),
    matches: CORE_ELEMENTS.filter((element) => same[element]),
    same_card: isSameCard(disputed, event),
  };
}

function findPair(compared: readonly PriorTransaction[]): { readonly ids: string[]; readonly elements: CoreElement[] } | null {
  const withCard = compared.filter(({ same_card }) => same_card);
  let best: { ids: string[]; elements: CoreElement[] } | null = null;
  for (const [i, first] of withCard.entries()) {
    for (const second of withCard.slice(i + 1)) {
      const elements = first.matches.filter((element) => second.matches.includes(element));
      const isEnough = elements.length >= 2 && (elements.includes("ip_address") || elements.includes("device"));
      if (isEnough && elements.length > (best?.elements.length ?? 0))
        best = { ids: [first.transaction_id, second.transaction_id], elements };
    }
  }
  return best;
}

function whyNot(compared: readonly PriorTransaction[]): string {
  if (compared.length === 0) return "no prior undisputed transaction of this customer is known in that time";
  const withCard = compared.filter(({ same_card }) => same_card).length;
  if (withCard < 2)
    return `${withCard === 0 ? "none" : "only one"} of the prior transactions was paid with the same card; two are asked for`;
  return "no two prior transactions share two elements with the disputed one of which one is the IP address or the device";
}

/** The merchant's token, or first and last digits where both sent them. */
function isSameCard(a: CanonicalEvent, b: CanonicalEvent): boolean {
  if (isSame(a.dimensions.card, b.dimensions.card)) return true;
  const [one, other] = [cardOf(a), cardOf(b)];
  return isSame(one.bin, other.bin) && isSame(one.last4, other.last4);
}

/** A shipping or billing address on one line; null for none. */
export function addressLine(address: unknown): string | null {
  if (typeof address !== "object" || address === null) return null;
  const { name, address: street, postal_code, city, region, country } = address as Readonly<Record<string, unknown>>;
  const place = [postal_code, city].filter(isText).join(" ");
  const line = [name, street, place, region, country].filter(isText).join(", ");
  return line === "" ? null : line;
}

const SAID: Readonly<Record<CoreElement, string>> = {
  account: "the account",
  ip_address: "the IP address",
  device: "the device",
  shipping_address: "the delivery address",
};
/** "the account, the IP address and the device". */
export function sayAll(elements: readonly CoreElement[]): string {
  const said = elements.map((element) => SAID[element]);
  return said.length < 2 ? said.join("") : `${said.slice(0, -1).join(", ")} and ${said.at(-1)}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const textOf = (value: unknown): string | null => (isText(value) ? value : null);
const isSame = (a: unknown, b: unknown): boolean => isText(a) && a === b;
const cardOf = ({ body }: CanonicalEvent) => (body.card ?? {}) as Readonly<Record<string, unknown>>;
