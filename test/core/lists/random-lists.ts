import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { type AddressLists, createAddressLists } from "../../../src/core/lists/address-lists.ts";
import { compileAddressList, type ListedNetwork } from "../../../src/core/lists/base/compile-address-list.ts";
import { openAddressList } from "../../../src/core/lists/base/open-address-list.ts";
import { EMPTY_SNAPSHOT, readChanges, readSnapshot, writeChanges, writeSnapshot } from "../../../src/core/lists/change-log.ts";
import { LIST_ROLES } from "../../../src/core/lists/list-role.ts";
import { applyChanges, entriesOfSnapshot, type ListedEntries } from "../../../src/core/lists/listed-entries.ts";
import { type BroadEntry, type EntrySet, NO_ENTRIES, type SingleEntry } from "../../../src/core/lists/listed-entry.ts";
import { type Draw, spellV4, spellV6 } from "../address/spellings.ts";
import type { NaiveEntry } from "./naive-lists.ts";

export const NOW_MS = 1_800_000_000_500;
const SOURCES = ["ipsum", "tor", "vpn", "spamhaus"];
const ENTRY_SOURCES = ["staff", "auto"] as const;
const ENTRY_VERDICTS = ["block", "challenge", "allow"] as const;

/** A list in two parts with entries that changed, what the oracle sees of it, and a way to draw addresses that lie in it or beside it. */
export interface RandomLists {
  readonly lists: AddressLists;
  readonly entries: readonly NaiveEntry[];
  someAddress(): { readonly spelling: string; readonly oracle: IPv4 | IPv6 };
}

/** Networks of a few neighbourhoods, so that most of them nest, touch or are equal, with all roles, changes and expiry around `NOW_MS`. */
export function someLists(draw: Draw): RandomLists {
  const anchors = [0, 1, 2].map(() => someBytes(4, draw)).concat([0, 1, 2].map(() => someBytes(16, draw)));
  const someNetwork = (): { first: readonly number[]; bits: number } => {
    const anchor = anchors[draw(anchors.length)] ?? [];
    const width = anchor.length * 8;
    const bits = draw(3) === 0 ? width - draw(4) : draw(width + 1);
    return { first: masked(flipped(anchor, draw), bits), bits };
  };
  const someExpiry = (): number | null => (draw(3) === 0 ? null : NOW_MS + (draw(9) - 4) * 700);
  const text = ({ first, bits }: { first: readonly number[]; bits: number }): string => `${spelled(first, draw, "plain")}/${bits}`;

  const drawn = Array.from({ length: draw(24) }, (_, at) => ({
    at,
    network: someNetwork(),
    role: LIST_ROLES[draw(LIST_ROLES.length)] ?? "block",
    source: SOURCES[draw(SOURCES.length)] ?? "",
    expiresAtMs: someExpiry(),
  }));
  const base = drawn.flatMap(({ at, network, role, source, expiresAtMs }): ListedNetwork[] => {
    const parsed = parseNetwork(text(network));
    return parsed === null ? [] : [{ network: parsed, role, source, number: at, expiresAtMs }];
  });
  const parts = [base.filter(({ number }) => number % 2 === 0), base.filter(({ number }) => number % 2 === 1)].map((part) => {
    const opened = openAddressList(compileAddressList(part, { nowMs: NOW_MS - 1_500 }));
    if (!opened.ok) throw new Error(opened.error);
    return opened.value;
  });
  const drawEntry = (number: number) => ({
    ...{ number, network: someNetwork(), verdict: ENTRY_VERDICTS[draw(3)] ?? "block", source: ENTRY_SOURCES[draw(2)] ?? "staff" },
    ...{ expiresAtMs: someExpiry(), rules: draw(6) === 0 ? ["R1"] : null },
  });
  const at = Array.from({ length: 1 + draw(12) }, (_, place) => drawEntry(1_000 + place));
  // Some entries are edited once or twice, some end, and some are new.
  const steps = [0, 1].map(() => at.filter(() => draw(3) === 0).map(({ number }) => drawEntry(number)));
  const added = Array.from({ length: draw(4) }, (_, place) => drawEntry(2_000 + place));
  const gone = at.filter(() => draw(6) === 0).map(({ number }) => number);
  const now = new Map([...at, ...(steps[0] ?? []), ...(steps[1] ?? []), ...added].map((entry) => [entry.number, entry]));
  for (const number of gone) now.delete(number);

  const setOf = (entries: readonly ReturnType<typeof drawEntry>[]): EntrySet => {
    const [singles, broad]: [SingleEntry[], BroadEntry[]] = [[], []];
    for (const { network, rules, ...entry } of entries) {
      const value = text(network);
      const isSingle = rules === null && network.bits >= (network.first.length === 4 ? 32 : 64);
      if (isSingle) singles.push({ ...entry, value });
      else broad.push({ ...entry, value, rules, id: `d${entry.number}`, kind: "ip", reason: "" });
    }
    return { ...NO_ENTRIES, singles, broad };
  };
  const listed = throughTexts(setOf(at), [
    setOf(steps[0] ?? []),
    { ...setOf([...(steps[1] ?? []).filter(({ number }) => !gone.includes(number)), ...added]), gone },
  ]);
  return {
    lists: createAddressLists(parts, listed),
    entries: [
      ...drawn.map(({ at: number, network, ...rest }) => ({ ...rest, ...ipOf(network), key: number })),
      ...[...now.values()].map(({ network, verdict, rules, number, source, expiresAtMs }): NaiveEntry => {
        const isSingle = rules === null && network.bits >= (network.first.length === 4 ? 32 : 64);
        const role = verdict === "allow" && rules !== null ? "excuse" : verdict;
        return { ...ipOf(network), role, key: isSingle ? number : `d${number}`, source, expiresAtMs };
      }),
    ],
    someAddress() {
      const all = [...drawn, ...at, ...now.values()];
      const known = all[draw(all.length + 1)];
      const bytes = known === undefined ? flipped(anchors[draw(6)] ?? [], draw) : nearTo(known.network, draw);
      return { spelling: spelled(bytes, draw, "any"), oracle: ipaddr.fromByteArray([...bytes]) };
    },
  };
}

/** Entries as an isolate has them: from a snapshot, with two changes after it, the first of which it had seen in part. */
function throughTexts(first: EntrySet, [second, third]: readonly [EntrySet, EntrySet] | readonly EntrySet[]): ListedEntries {
  const snapshot = readSnapshot(writeSnapshot({ version: 5, base: null, ...first }));
  const changes = [
    readChanges(writeChanges({ from: 3, to: 7, base: null, ...(second ?? NO_ENTRIES) })),
    readChanges(writeChanges({ from: 7, to: 9, base: null, ...(third ?? NO_ENTRIES) })),
  ].flatMap((read) => (read.ok ? [read.value] : []));
  const entries = applyChanges(entriesOfSnapshot(snapshot.ok ? snapshot.value : EMPTY_SNAPSHOT, NOW_MS - 1_500), changes, NOW_MS - 1_500);
  if (entries?.version !== 9) throw new Error("the changes do not follow on the snapshot");
  return entries;
}

/** IPv6 never under a prefix that carries IPv4. */
const someBytes = (length: number, draw: Draw): number[] =>
  Array.from({ length }, (_, at) => (at === 0 && length === 16 ? 0x20 + draw(8) : draw(256)));

/** The same but for one bit, at most; never one of the first three, which keep IPv6 where it is. */
function flipped(bytes: readonly number[], draw: Draw): number[] {
  const bit = 3 + draw(bytes.length * 8);
  return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte));
}

function masked(bytes: readonly number[], bits: number): number[] {
  return bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))));
}

/** The first or last address of a network, the ones before and after it, or any inside. */
function nearTo({ first, bits }: { readonly first: readonly number[]; readonly bits: number }, draw: Draw): number[] {
  const last = first.map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, bits - at * 8))));
  switch (draw(5)) {
    case 0:
      return [...first];
    case 1:
      return last;
    case 2:
      return stepped(first, -1);
    case 3:
      return stepped(last, 1);
    default:
      return last.map((byte, at) => (first[at] ?? 0) | (draw(256) & (byte ^ (first[at] ?? 0))));
  }
}

/** The neighbour of an address; there is none beyond the ends of a family, nor of what carries IPv4. */
function stepped(bytes: readonly number[], by: 1 | -1): number[] {
  const next = [...bytes];
  for (let at = next.length - 1; at >= 0; at--) {
    const sum = (next[at] ?? 0) + by;
    next[at] = sum & 255;
    if (sum >= 0 && sum < 256) return next;
  }
  return [...bytes];
}

const groupsOf = (bytes: readonly number[]): number[] =>
  Array.from({ length: 8 }, (_, at) => (bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0));

function spelled(bytes: readonly number[], draw: Draw, how: "plain" | "any"): string {
  if (how === "plain") return ipaddr.fromByteArray([...bytes]).toNormalizedString();
  return bytes.length === 4 ? spellV4(bytes, draw) : spellV6(groupsOf(bytes), draw);
}

const ipOf = ({ first, bits }: { readonly first: readonly number[]; readonly bits: number }): { first: IPv4 | IPv6; bits: number } => ({
  first: ipaddr.fromByteArray([...first]),
  bits,
});
