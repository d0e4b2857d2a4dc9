import type { Address } from "../../core/address/address.ts";
import { holds, parseNetwork } from "../../core/address/network.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { AddressLists, NamedEntry } from "../../core/lists/address-lists.ts";
import type { Covering } from "../../core/lists/address-verdict.ts";
import type { ListHit } from "../../core/lists/list-hit.ts";
import { readMark } from "../../core/lists/mark.ts";
import { markedAddress } from "../../core/lists/marked-address.ts";

/** Marks of an event's entities as the one round trip gave them; null when it gave nothing. */
type Marks = Readonly<Partial<Record<string, string>>> | null;

/**
 * The entries that name an entity of an event and are in force. Entries on single entities are read from marks, so that a block or its end acts on
 * the very next decision; networks, feeds, ASNs, countries and e-mail domains from the lists of the isolate, and without marks everything on the
 * address. A damaged mark names nobody.
 */
export function findHits(event: CanonicalEvent, marks: Marks, lists: AddressLists | null, nowMs: number): ListHit[] {
  const address = typeof event.body.ip_address === "string" ? parseAddress(event.body.ip_address) : null;
  const hits = Object.values(marks ?? {})
    .flatMap((text) => (text === undefined ? [] : (readMark(text, nowMs) ?? [])))
    .filter((hit) => hit.kind !== "ip" || isOn(hit.value, address));
  if (lists === null) return hits;
  if (address !== null)
    for (const covering of lists.covering(address, nowMs)) {
      const hit = hitOf(covering, address, lists);
      if (hit !== null && (marks === null || !hasMark(hit))) hits.push(hit);
    }
  for (const [kind, value] of namesOf(event))
    for (const entry of lists.named(kind, value, nowMs)) if (entry.verdict !== "challenge") hits.push(hitOfEntry(entry, entry.verdict));
  return hits;
}

/** The mark of a /64 carries entries on single addresses in it. */
function isOn(value: string, address: Address | null): boolean {
  const network = parseNetwork(value);
  return network !== null && address !== null && holds(network, address);
}

function hasMark({ source, value }: ListHit): boolean {
  const network = source === "feed" ? null : parseNetwork(value);
  return network !== null && markedAddress(network) !== null;
}

/** Null for what a decision is not told: signals are facts for rules, and a challenge is the gate's. */
function hitOf({ role, entry, source, expiresAtMs }: Covering, address: Address, lists: AddressLists): ListHit | null {
  if (role === "signal" || role === "challenge") return null;
  const verdict = role === "block" ? "block" : "allow";
  if (typeof entry === "string") {
    const listed = lists.entry(entry);
    return listed === undefined ? null : hitOfEntry(listed, verdict);
  }
  const about = { verdict, kind: "ip", value: address.text, expiresAtMs, rules: null } as const;
  // Isolates keep a single's number and no more: its mark says the rest.
  if (source === "staff" || source === "auto") return { ...about, id: `entry:${entry}`, source, reason: "listed" };
  return { ...about, id: `feed:${source}`, source: "feed", reason: source };
}

function hitOfEntry({ id, kind, value, reason, source, expiresAtMs, rules }: NamedEntry, verdict: ListHit["verdict"]): ListHit {
  return { verdict, id, kind, value, reason, source, expiresAtMs, rules };
}

type Named = readonly [kind: "asn" | "country" | "email_domain", value: string];

function namesOf({ body, dimensions }: CanonicalEvent): Named[] {
  const names: Named[] = [];
  const place = body.ip_geo;
  if (typeof place === "object" && place !== null) {
    const { asn, country } = place as { readonly asn?: unknown; readonly country?: unknown };
    if (typeof asn === "number") names.push(["asn", String(asn)]);
    if (typeof country === "string") names.push(["country", country.toUpperCase()]);
  }
  const { email } = dimensions;
  if (email !== undefined) names.push(["email_domain", email.slice(email.lastIndexOf("@") + 1).toLowerCase()]);
  return names;
}
