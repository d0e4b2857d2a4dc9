import { isVisitable } from "../address/address-scope.ts";
import { parseAddress } from "../address/parse-address.ts";
import type { Dimension, EntityKind } from "./entity.ts";
import type { InputFault } from "./lenient.ts";
import type { EventSettings } from "./settings.ts";

type Body = Readonly<Record<string, unknown>>;

/** The canonical dimensions of a parsed body: what windows, lists and aggregates key on. Empty after trimming means not sent. */
export function dimensionsOf(body: Body, settings: EventSettings): Partial<Record<Dimension, string>> {
  const out: Partial<Record<Dimension, string>> = {};
  const put = (dimension: Dimension, value: unknown): void => {
    if (typeof value === "string" && value !== "") out[dimension] = value;
    else if (typeof value === "number" || typeof value === "boolean") out[dimension] = String(value);
  };
  put("client", body.client_id);
  put("dest", body.dest_id);
  put("device", body.device_id);
  put("email", body.email);
  if (typeof body.phone === "string") put("phone", body.phone.replace(/[^\d+]/g, ""));
  const card = body.card as Body | undefined;
  put("card", card?.token);
  put("bin", card?.bin);
  const shipping = body.shipping as Body | undefined;
  if (shipping?.address !== undefined) put("shipping", shippingKey(shipping));
  if (typeof body.city === "string") put("city", body.city.toLowerCase());
  else if (typeof (body.ip_geo as Body | undefined)?.city === "string") put("city", String((body.ip_geo as Body).city).toLowerCase());
  const [first, second] = settings.merchantDimensions;
  if (first !== undefined) put("merchant_1", at(body, first));
  if (second !== undefined) put("merchant_2", at(body, second));
  return out;
}

/**
 * Reads the transaction's address (D12): malformed, private, platform or the caller's own is absent, with a warning.
 * Returns the body's canonical address and the key its history is kept for.
 */
export function addressOf(input: string, callerAddress: string | null): { text: string; countingKey: string } | InputFault {
  const address = parseAddress(input.trim());
  if (address === null) return { code: "malformed_address", path: "ip_address", message: "`ip_address` must be one IPv4 or IPv6 address" };
  if (!isVisitable(address))
    return { code: "private_address", path: "ip_address", message: "`ip_address` is not a public address: send the visitor's" };
  if (callerAddress !== null && address.countingKey === parseAddress(callerAddress)?.countingKey)
    return { code: "caller_address", path: "ip_address", message: "`ip_address` is the caller's own address: send the visitor's" };
  return { text: address.text, countingKey: address.countingKey };
}

/** One shipping address in one spelling: case, punctuation and spaces do not make a new one. */
function shippingKey(shipping: Body): string {
  return [shipping.country, shipping.postal_code, shipping.address]
    .map((part) =>
      typeof part === "string"
        ? part
            .toLowerCase()
            .replace(/[^\p{L}\p{N}]+/gu, " ")
            .trim()
        : "",
    )
    .join("|");
}

function at(body: Body, path: readonly string[]): unknown {
  let value: unknown = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Body)[step];
  }
  return value;
}

/** One entity's id in the form events carry it (an address as its counting key), or null when it cannot be one. */
export function canonicalEntityId(kind: EntityKind, id: string): string | null {
  const text = id.trim();
  if (text === "" || text.length > 512) return null;
  switch (kind) {
    case "ip":
      return parseAddress(text)?.countingKey ?? null;
    case "email":
      return text.toLowerCase();
    case "phone":
      return text.replace(/[^\d+]/g, "") || null;
    case "client":
    case "dest":
    case "device":
    case "card":
    case "shipping":
      return text;
  }
}
