import * as z from "zod";
import { networkText, parseNetwork } from "../address/network.ts";
import { parseAddress } from "../address/parse-address.ts";
import type { FeatureType } from "../features/value.ts";
import { compileAddressList, type ListedNetwork } from "../lists/base/compile-address-list.ts";
import { openAddressList } from "../lists/base/open-address-list.ts";
import type { CompiledList } from "../rules/list.ts";
import { fold } from "../rules/literal.ts";

/** What the entries of a named list are; a feature is looked up in a list of its own type (`bin` holds ids of six to eight digits). */
export const NAMED_LIST_TYPES = ["ip", "id", "text", "email", "country", "bin"] as const;
export type NamedListType = (typeof NAMED_LIST_TYPES)[number];

export const MOST_LIST_ENTRIES = 200_000;

/** A named list as a manifest's content holds it: canonical entries, each once. */
export const NamedListContent = z.strictObject({ type: z.enum(NAMED_LIST_TYPES), entries: z.array(z.string()).max(MOST_LIST_ENTRIES) });
export type NamedListContent = z.infer<typeof NamedListContent>;

/** What such an entry looks like, for messages. */
export const ENTRY_FORM: Readonly<Record<NamedListType, string>> = {
  ip: "an address or a network",
  id: "a text of 1 to 512 characters",
  text: "a text of 1 to 512 characters",
  email: "an e-mail address",
  country: "a two-letter country code",
  bin: "six to eight digits",
};

/** The type of the features that a list is asked about. */
export const featureTypeOf = (type: NamedListType): FeatureType => (type === "bin" ? "id" : type);

/** An entry in the features' canonical form, or null when it is not one of this type. */
export function canonicalListEntry(type: NamedListType, input: string): string | null {
  const text = input.trim();
  if (text === "" || text.length > 512) return null;
  switch (type) {
    case "ip": {
      const network = parseNetwork(text);
      return network === null ? null : networkText(network);
    }
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) ? fold("email", text) : null;
    case "country":
      return /^[A-Za-z]{2}$/.test(text) ? fold("country", text) : null;
    case "bin":
      return /^\d{6,8}$/.test(text) ? text : null;
    case "id":
    case "text":
      return fold(type, text);
  }
}

/** Prepares a list's content text for `inList`. Throws on damage: what was saved was checked. */
export function compileNamedList(text: string): CompiledList {
  const { type, entries } = NamedListContent.parse(JSON.parse(text));
  if (type === "ip") return { type, has: addressesIn(entries) };
  const known = new Set(entries);
  const featureType = featureTypeOf(type);
  return { type: featureType, has: (value) => known.has(fold(featureType, value)) };
}

function addressesIn(entries: readonly string[]): (value: string) => boolean {
  const networks = entries.flatMap((entry): ListedNetwork[] => {
    const network = parseNetwork(entry);
    return network === null ? [] : [{ network, role: "signal", source: "", number: 0, expiresAtMs: null }];
  });
  const opened = openAddressList(compileAddressList(networks, { nowMs: 0 }));
  if (!opened.ok) throw new Error(`a compiled list does not open: ${opened.error}`);
  return (value) => {
    const address = parseAddress(value);
    let isIn = false;
    const visitor = {
      take() {
        isIn = true;
      },
    };
    if (address !== null) opened.value.visit(address, 0, visitor);
    return isIn;
  };
}
