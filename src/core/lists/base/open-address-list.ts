import * as z from "zod";
import { Address } from "../../address/address.ts";
import { err, ok, type Result } from "../../result.ts";
import { FEED_CATEGORIES } from "../feed-category.ts";
import { LIST_ROLES, type ListTag } from "../list-role.ts";
import {
  type AddressTable,
  bitsAt,
  covers,
  expiryAt,
  lastAtOrBefore,
  NEVER,
  numberAt,
  parentOf,
  TABLE_WIDTHS,
  tagAt,
} from "./address-table.ts";
import type { ListedNetwork } from "./compile-address-list.ts";
import {
  FORMAT_VERSION,
  HEADER,
  HEADER_BYTES,
  headerChecksum,
  MAGIC,
  PER_TABLE,
  padded,
  type TableShape,
  tableAt,
  tableBytes,
  tableHeaderAt,
} from "./list-layout.ts";

/** Why bytes are no usable list; the last good one stays. */
export type ListFault = "not_a_list" | "another_version" | "wrong_length" | "damaged_header";

/** Told of every entry in force that covers an address, the most specific first, by its place in a table: what it needs it reads there. */
export interface CoveringVisitor {
  take(table: AddressTable, at: number): void;
}

/** A compiled list, read where it lies. */
export interface AddressList {
  /** What the entries' tags stand for. */
  readonly tags: readonly ListTag[];
  readonly entryCount: number;
  readonly byteLength: number;
  visit(address: Address, nowMs: number, visitor: CoveringVisitor): void;
  /** All its entries, one after the other, to compile them anew. */
  networks(): Generator<ListedNetwork>;
}

const Tags = z.array(
  z.object({
    role: z.enum(LIST_ROLES),
    source: z.string(),
    category: z.enum(FEED_CATEGORIES).exactOptional(),
    endsAtMs: z.number().exactOptional(),
    names: z.array(z.tuple([z.enum(["asn", "country"]), z.string(), z.number().nullable()])).exactOptional(),
  }),
);

/**
 * A list over the bytes of `compileAddressList`, usable at once: only the header is verified (its own checksum and the length), since columns are
 * read within their bounds whatever they hold. That the bytes are those that were published is told by their hash, which the loader checks.
 */
export function openAddressList(buffer: ArrayBuffer): Result<AddressList, ListFault> {
  if (buffer.byteLength < HEADER_BYTES) return err("not_a_list");
  const header = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
  const word = (at: number): number => header[at] ?? 0;
  if (word(HEADER.magic) !== MAGIC) return err("not_a_list");
  if (word(HEADER.version) !== FORMAT_VERSION) return err("another_version");
  const tagBytes = word(HEADER.tagBytes);
  if (word(HEADER.byteLength) !== buffer.byteLength || HEADER_BYTES + tagBytes > buffer.byteLength) return err("wrong_length");
  if (word(HEADER.checksum) !== headerChecksum(buffer, tagBytes)) return err("damaged_header");
  const tags = readTags(new Uint8Array(buffer, HEADER_BYTES, tagBytes));
  if (tags === null) return err("damaged_header");

  const tables: AddressTable[] = [];
  let offset = HEADER_BYTES + padded(tagBytes);
  for (const [place, width] of TABLE_WIDTHS.entries()) {
    const at = tableHeaderAt(place);
    const shape: TableShape = {
      width,
      count: word(at + PER_TABLE.count),
      prefixBits: word(at + PER_TABLE.prefixBits),
      splitBits: word(at + PER_TABLE.splitBits),
      least: word(at + PER_TABLE.least),
      slots: word(at + PER_TABLE.slots),
      buckets: word(at + PER_TABLE.buckets),
    };
    const end = offset + tableBytes(shape);
    if (end > buffer.byteLength) return err("wrong_length");
    tables.push(tableAt(buffer, offset, shape));
    offset = end;
  }
  if (offset !== buffer.byteLength) return err("wrong_length");
  const [v4, v6, longV6] = tables;
  if (v4 === undefined || v6 === undefined || longV6 === undefined) return err("wrong_length");
  return ok({
    tags,
    entryCount: v4.count + v6.count + longV6.count,
    byteLength: buffer.byteLength,
    visit(address, nowMs, visitor) {
      if (address.family === 4) return visitTable(v4, address, nowMs, visitor);
      visitTable(longV6, address, nowMs, visitor);
      visitTable(v6, address, nowMs, visitor);
    },
    *networks() {
      for (const table of tables) for (let at = 0; at < table.count; at++) yield networkAt(table, at, tags);
    },
  });
}

function networkAt(table: AddressTable, at: number, tags: readonly ListTag[]): ListedNetwork {
  const { width, words } = table;
  const first = new Address(width === 1 ? 4 : 6, words[0][at] ?? 0, words[1][at] ?? 0, words[2][at] ?? 0, words[3][at] ?? 0);
  const { role = "signal", source = "", names: _, ...about } = tags[tagAt(table, at)] ?? {};
  const expiry = expiryAt(table, at);
  const network = { first, bits: bitsAt(table, at) };
  return { network, role, source, number: numberAt(table, at), expiresAtMs: expiry === NEVER ? null : expiry * 1_000, about };
}

function visitTable(table: AddressTable, address: Address, nowMs: number, visitor: CoveringVisitor): void {
  let at = lastAtOrBefore(table, address);
  while (at !== -1 && !covers(table, at, address)) at = parentOf(table, at);
  for (; at !== -1; at = parentOf(table, at)) {
    const expiry = expiryAt(table, at);
    if (expiry === NEVER || expiry * 1_000 > nowMs) visitor.take(table, at);
  }
}

function readTags(bytes: Uint8Array): readonly ListTag[] | null {
  try {
    const parsed = Tags.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
