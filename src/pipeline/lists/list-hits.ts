import type { Address } from "../../core/address/address.ts";
import { holds, parseNetwork } from "../../core/address/network.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { AddressLists } from "../../core/lists/address-lists.ts";
import type { Covering } from "../../core/lists/address-verdict.ts";
import type { DeltaEntry } from "../../core/lists/delta.ts";
import type { ListHit } from "../../core/lists/list-hit.ts";
import { readMark } from "../../core/lists/mark.ts";

/**
 * The entries that name an entity of an event and are in force: marks, read in the one round trip, and the isolate's address lists for networks,
 * ASNs, countries and e-mail domains. An entry is told once. A damaged mark names nobody.
 */
export function findHits(
  event: CanonicalEvent,
  marks: Readonly<Partial<Record<string, string>>>,
  lists: AddressLists | null,
  nowMs: number,
): ListHit[] {
  const address = typeof event.body.ip_address === "string" ? parseAddress(event.body.ip_address) : null;
  const marked = Object.values(marks).flatMap((text) => (text === undefined ? [] : (readMark(text, nowMs) ?? [])));
  const hits = marked.filter((hit) => hit.kind !== "ip" || isOn(hit.value, address));
  if (lists === null) return hits;
  const known = new Set(hits.map(({ id }) => id));
  const add = (hit: ListHit): void => {
    if (!known.has(hit.id)) hits.push(hit);
    known.add(hit.id);
  };
  if (address !== null)
    for (const covering of lists.covering(address, nowMs)) for (const hit of hitsOfCovering(covering, address, lists, hits)) add(hit);
  for (const [kind, value] of namesOf(event))
    for (const entry of lists.named(kind, value, nowMs)) for (const hit of hitsOfEntry(entry)) add(hit);
  return hits;
}

/** The mark of a /64 carries entries on single addresses in it. */
function isOn(value: string, address: Address | null): boolean {
  const network = parseNetwork(value);
  return network !== null && address !== null && holds(network, address);
}

function hitsOfCovering(covering: Covering, address: Address, lists: AddressLists, marked: readonly ListHit[]): ListHit[] {
  const { role, entry, source, expiresAtMs } = covering;
  if (role === "signal" || role === "challenge") return [];
  const verdict = role === "block" ? "block" : "allow";
  if (typeof entry === "string") {
    const listed = lists.entry(entry);
    return listed === undefined ? [] : hitsOfEntry(listed);
  }
  const people: "staff" | "auto" | null = source === "staff" || source === "auto" ? source : null;
  // The base has no more of a person's or a rule's entry than its number; its mark says the rest.
  if (people !== null && marked.some((hit) => hit.kind === "ip" && hit.verdict === verdict)) return [];
  const about =
    people === null
      ? { id: `feed:${source}`, source: "feed" as const, reason: source }
      : { id: `base:${entry}`, source: people, reason: "listed" };
  return [{ ...about, verdict, kind: "ip", value: address.text, expiresAtMs, rules: null }];
}

function hitsOfEntry({ verdict, id, kind, value, reason, source, expiresAtMs, rules }: DeltaEntry): ListHit[] {
  return verdict === "challenge" ? [] : [{ verdict, id, kind, value, reason, source, expiresAtMs, rules }];
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
