import { networkText, parseNetwork } from "../../core/address/network.ts";
import { canonicalEntityId } from "../../core/event/canonical.ts";
import { isCardNumber } from "../../core/event/card-number.ts";
import type { ListedKind } from "../../core/lists/list-hit.ts";
import { markedAddress } from "../../core/lists/marked-address.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** What an entry names, in the events' canonical form, and whose mark carries it (null for what names more than one entity). */
export interface EntryValue {
  readonly value: string;
  readonly entity: string | null;
}

const LARGEST_ASN = 0xffff_ffff;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;

/** Reads what somebody typed or imported; the error is a sentence. Never stores a card number. */
export function readEntryValue(kind: ListedKind, input: string): Result<EntryValue, string> {
  const text = input.trim();
  const isAddress = kind === "ip" || kind === "phone";
  if (!isAddress && isCardNumber(text)) return err("is a card number, which is never stored: name the card by its token");
  switch (kind) {
    case "ip":
      return addressValue(text);
    case "asn": {
      const [, digits] = /^(?:AS)?(\d{1,10})$/i.exec(text) ?? [];
      return digits === undefined || Number(digits) > LARGEST_ASN
        ? err("must be a network's number such as `AS64500`")
        : named(String(Number(digits)));
    }
    case "country":
      // `T1` is what the platform calls Tor, and `XX` where it does not know.
      return /^(?:[A-Za-z]{2}|T1)$/i.test(text)
        ? named(text.toUpperCase())
        : err("must be a two-letter country code such as `DE`, or `T1`");
    case "email_domain": {
      const domain = text.replace(/^@/, "").toLowerCase();
      return domain.length <= 253 && DOMAIN.test(domain) ? named(domain) : err("must be a domain such as `example.com`");
    }
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 512 ? whole(text.toLowerCase()) : err("must be an e-mail address");
    default: {
      const id = canonicalEntityId(kind, text);
      return id === null ? err(kind === "phone" ? "must be a phone number" : "must have 1 to 512 characters") : whole(id);
    }
  }
}

function addressValue(text: string): Result<EntryValue, string> {
  const network = parseNetwork(text);
  if (network === null) return err("must be an IPv4 or IPv6 address or a network such as `198.51.100.0/24`");
  return ok({ value: networkText(network), entity: markedAddress(network) });
}

const named = (value: string): Result<EntryValue, string> => ok({ value, entity: null });
const whole = (value: string): Result<EntryValue, string> => ok({ value, entity: value });
