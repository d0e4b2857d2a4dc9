import type { Network } from "../../address/network.ts";
import type { ListedName, ListRole, ListTag } from "../list-role.ts";
import { MOST_TAGS, NEVER, TABLE_WIDTHS, type TableWidth } from "./address-table.ts";
import { fillTable, shapeOf } from "./fill-table.ts";
import {
  FORMAT_VERSION,
  HEADER,
  HEADER_BYTES,
  headerChecksum,
  MAGIC,
  PER_TABLE,
  padded,
  tableAt,
  tableBytes,
  tableHeaderAt,
} from "./list-layout.ts";
import { GrowingRows } from "./network-rows.ts";

/** One entry of the base. */
export interface ListedNetwork {
  readonly network: Network;
  readonly role: ListRole;
  /** A feed's name, or `staff` or `auto`. */
  readonly source: string;
  /** What its record is read by, 0…2³² − 1. */
  readonly number: number;
  /** Epoch milliseconds, kept to the second, rounded up; null never ends. */
  readonly expiresAtMs: number | null;
  /** Of a feed: what it says of its addresses, and when it is over as a whole. The same for all its entries. */
  readonly about?: Pick<ListTag, "category" | "endsAtMs">;
}

/** A network operator (`64500`) or a country (`DE`) that a feed lists. */
export interface NamedInFeed extends Omit<ListedNetwork, "network" | "number"> {
  readonly kind: ListedName[0];
  readonly value: string;
}

/** Takes entries in any order; what was over when the list was begun is left out. */
export interface ListBuilder {
  add(entry: ListedNetwork): void;
  /** Takes a network operator or a country. */
  addName(entry: NamedInFeed): void;
  /** Whether a feed's entries, of up to two roles, fit beside those that are there. */
  hasRoomForFeed(): boolean;
  /** The list as one value, for KV and `openAddressList`. */
  finish(): ArrayBuffer;
}

interface Tagged {
  readonly place: number;
  readonly tag: ListTag;
  readonly names: ListedName[];
}

const MOST_NUMBER = 0xffff_ffff;

/** Compiles entries into one binary value, the same for the same entries in the same order; throws on a number that is no unsigned 32-bit integer and beyond 256 pairs of role and source. */
export function compileAddressList(entries: Iterable<ListedNetwork>, options: { readonly nowMs: number }): ArrayBuffer {
  const builder = createListBuilder(options);
  for (const entry of entries) builder.add(entry);
  return builder.finish();
}

/** The same for entries that come in pages: some 20 bytes are kept for each. */
export function createListBuilder({ nowMs }: { readonly nowMs: number }): ListBuilder {
  const tags = new Map<string, Tagged>();
  const tables = { 1: new GrowingRows(1), 2: new GrowingRows(2), 4: new GrowingRows(4) } satisfies Record<TableWidth, GrowingRows>;
  const tagOf = ({ role, source, about }: Omit<ListedNetwork, "network" | "number">): Tagged => {
    const name = `${role} ${source}`;
    const known = tags.get(name);
    if (known !== undefined) return known;
    if (tags.size === MOST_TAGS) throw new RangeError(`more than ${MOST_TAGS} pairs of role and source in one list`);
    const made = { place: tags.size, tag: { role, source, ...about }, names: [] };
    tags.set(name, made);
    return made;
  };
  return {
    add(entry) {
      const { network, number, expiresAtMs } = entry;
      if (!Number.isInteger(number) || number < 0 || number > MOST_NUMBER) throw new RangeError(`${number} is no number of an entry`);
      if (expiresAtMs !== null && expiresAtMs <= nowMs) return;
      const expiry = expiresAtMs === null ? NEVER : Math.min(Math.ceil(expiresAtMs / 1_000), NEVER);
      tables[tableOf(network)].push(network, number, expiry, tagOf(entry).place);
    },
    addName(entry) {
      const { kind, value, expiresAtMs } = entry;
      if (expiresAtMs !== null && expiresAtMs <= nowMs) return;
      tagOf(entry).names.push([kind, value, expiresAtMs === null ? null : Math.ceil(expiresAtMs / 1_000)]);
    },
    hasRoomForFeed: () => tags.size + 2 <= MOST_TAGS,
    finish: () =>
      write(
        TABLE_WIDTHS.map((width) => tables[width]),
        [...tags.values()].map(({ tag, names }) => (names.length === 0 ? tag : { ...tag, names })),
      ),
  };
}

function tableOf({ first, bits }: Network): TableWidth {
  if (first.family === 4) return 1;
  return bits <= 64 ? 2 : 4;
}

function write(tables: readonly GrowingRows[], tags: readonly ListTag[]): ArrayBuffer {
  const names = new TextEncoder().encode(JSON.stringify(tags));
  const shapes = tables.map((rows) => shapeOf(rows));
  const tablesAt = HEADER_BYTES + padded(names.length);
  const buffer = new ArrayBuffer(shapes.reduce((sum, shape) => sum + tableBytes(shape), tablesAt));
  const header = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
  header[HEADER.magic] = MAGIC;
  header[HEADER.version] = FORMAT_VERSION;
  header[HEADER.byteLength] = buffer.byteLength;
  header[HEADER.tagBytes] = names.length;
  new Uint8Array(buffer, HEADER_BYTES, names.length).set(names);
  let offset = tablesAt;
  for (const [place, rows] of tables.entries()) {
    const shape = shapes[place];
    if (shape === undefined) continue;
    const at = tableHeaderAt(place);
    for (const [name, word] of Object.entries(PER_TABLE)) header[at + word] = shape[name as keyof typeof PER_TABLE];
    fillTable(tableAt(buffer, offset, shape), rows);
    offset += tableBytes(shape);
  }
  header[HEADER.checksum] = headerChecksum(buffer, names.length);
  return buffer;
}
