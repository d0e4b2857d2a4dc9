import * as z from "zod";
import { Address } from "../address/address.ts";
import { type Network, parseNetwork } from "../address/network.ts";
import { err, ok, type Result } from "../result.ts";
import { NEVER } from "./base/address-table.ts";
import { compileAddressList, type ListedNetwork } from "./base/compile-address-list.ts";
import { type AddressList, openAddressList } from "./base/open-address-list.ts";
import { BroadEntry, type EntrySet, type SingleEntry } from "./listed-entry.ts";

const Hash = z.string().min(1);
/** The compiled feeds: their parts in KV by SHA-256 in hex, and a hash of all of them. */
export const BasePointer = z.strictObject({ hash: Hash, parts: z.array(Hash).min(1) });
export type BasePointer = z.infer<typeof BasePointer>;

const Version = z.int().nonnegative();
/** Columns of singles in base64, see `packSingles`. */
const Packed = z.strictObject({ v4: z.string(), v6: z.string() });
const Text = { base: BasePointer.nullable(), broad: z.array(BroadEntry) };
/** `segment` is the compiled singles in base64: isolates read it where it lies, whoever writes a snapshot compiles it. */
const SnapshotText = z.strictObject({ version: Version, ...Text, segment: z.string() });
const ChangesText = z.strictObject({ from: Version, to: Version, ...Text, singles: Packed, gone: z.string() });

/** A single with its network as the compiler takes it. */
export type SingleNetwork = Omit<ListedNetwork, "about">;

/** All entries in force of one world at a version. Entries of later versions may be in it already: the changes since are applied over it. */
export interface ListSnapshot {
  readonly version: number;
  /** Null before any feed was compiled. */
  readonly base: BasePointer | null;
  readonly segment: AddressList;
  readonly broad: readonly BroadEntry[];
}
/** What became of the entries that changed after version `from`, as of version `to`. Applied twice it changes nothing more. */
export interface ListChanges extends Pick<ListSnapshot, "base" | "broad"> {
  readonly from: number;
  readonly to: number;
  readonly singles: readonly SingleNetwork[];
  readonly gone: readonly number[];
}

/** Nothing listed yet. */
export const EMPTY_SNAPSHOT: ListSnapshot = { version: 0, base: null, segment: opened(compileSegment([])), broad: [] };

type Written = Pick<EntrySet, "singles" | "broad"> & { readonly base: BasePointer | null };

export function writeSnapshot({ version, base, singles, broad }: Written & { readonly version: number }): string {
  const segment = toBase64(new Uint8Array(compileSegment(singles)));
  return JSON.stringify({ version, base, segment, broad: [...broad] } satisfies z.infer<typeof SnapshotText>);
}

export function writeChanges({ from, to, base, singles, broad, gone }: Written & Omit<ListChanges, "singles">): string {
  return JSON.stringify({ from, to, base, singles: packSingles(singles), broad: [...broad], gone: packNumbers(gone) } satisfies z.infer<
    typeof ChangesText
  >);
}

/** Reads a snapshot as a store kept it; the error says what is wrong with the text, for a log line. */
export function readSnapshot(text: string): Result<ListSnapshot, string> {
  return read(text, SnapshotText, (parsed) => ({ ...parsed, segment: opened(bytesOf(parsed.segment).buffer) }));
}

export function readChanges(text: string): Result<ListChanges, string> {
  return read(text, ChangesText, (parsed) => ({
    ...parsed,
    singles: unpackSingles(parsed.singles),
    gone: unpackNumbers(parsed.gone),
  }));
}

function read<S extends z.ZodType, T>(text: string, schema: S, open: (parsed: z.infer<S>) => T): Result<T, string> {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? ok(open(parsed.data)) : err(z.prettifyError(parsed.error));
  } catch (error) {
    return err(error instanceof RangeError ? error.message : "no JSON");
  }
}

/** Equal entries make equal bytes: what is over is left out by those who read it. */
function compileSegment(singles: readonly SingleEntry[]): ArrayBuffer {
  const networks = singles.flatMap(({ value, verdict, source, number, expiresAtMs }): ListedNetwork[] => {
    const network = parseNetwork(value);
    return network === null ? [] : [{ network, role: verdict, source, number, expiresAtMs }];
  });
  return compileAddressList(networks, { nowMs: 0 });
}

/** Throws a RangeError on bytes that are no compiled list. */
function opened(bytes: ArrayBuffer): AddressList {
  const list = openAddressList(bytes);
  if (!list.ok) throw new RangeError(`the segment does not open: ${list.error}`);
  return list.value;
}

/** Address, number, expiry in epoch seconds, code; an IPv6 row has four words of address, and its length at the end. */
const V4_BYTES = 13;
const V6_BYTES = 26;
const ROLES = ["block", "challenge", "allow"] as const;
const SOURCES = ["staff", "auto"] as const;

function packSingles(singles: readonly SingleEntry[]): z.infer<typeof Packed> {
  const rows = singles.flatMap((single) => {
    const network = parseNetwork(single.value);
    return network === null ? [] : [{ single, network }];
  });
  const v4 = rows.filter(({ network }) => network.first.family === 4);
  const v6 = rows.filter(({ network }) => network.first.family === 6);
  return { v4: packRows(v4, V4_BYTES), v6: packRows(v6, V6_BYTES) };
}

function packRows(rows: readonly { readonly single: SingleEntry; readonly network: Network }[], rowBytes: number): string {
  const view = new DataView(new ArrayBuffer(rows.length * rowBytes));
  let at = 0;
  const word = (value: number): void => {
    view.setUint32(at, value);
    at += 4;
  };
  for (const { single, network } of rows) {
    const { first, bits } = network;
    word(first.w0);
    if (rowBytes === V6_BYTES) for (const one of [first.w1, first.w2, first.w3]) word(one);
    word(single.number);
    word(single.expiresAtMs === null ? NEVER : Math.min(Math.ceil(single.expiresAtMs / 1_000), NEVER - 1));
    view.setUint8(at++, ROLES.indexOf(single.verdict) | (SOURCES.indexOf(single.source) << 2));
    if (rowBytes === V6_BYTES) view.setUint8(at++, bits);
  }
  return toBase64(new Uint8Array(view.buffer));
}

function unpackSingles({ v4, v6 }: z.infer<typeof Packed>): SingleNetwork[] {
  return [...unpackRows(v4, V4_BYTES), ...unpackRows(v6, V6_BYTES)];
}

/** Throws a RangeError on bytes that are no rows. */
function unpackRows(text: string, rowBytes: number): SingleNetwork[] {
  const view = viewOf(text);
  if (view.byteLength % rowBytes !== 0) throw new RangeError("packed entries are cut off");
  const singles: SingleNetwork[] = [];
  const isV6 = rowBytes === V6_BYTES;
  for (let at = 0; at < view.byteLength; at += rowBytes) {
    const first = isV6
      ? new Address(6, view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12))
      : new Address(4, view.getUint32(at), 0, 0, 0);
    const rest = at + (isV6 ? 16 : 4);
    const bits = isV6 ? view.getUint8(rest + 9) : 32;
    const code = view.getUint8(rest + 8);
    const [role, source] = [ROLES[code & 3], SOURCES[code >> 2]];
    if (role === undefined || source === undefined || bits > 128) throw new RangeError("packed entries are damaged");
    const expiry = view.getUint32(rest + 4);
    const expiresAtMs = expiry === NEVER ? null : expiry * 1_000;
    singles.push({ network: { first, bits }, role, source, number: view.getUint32(rest), expiresAtMs });
  }
  return singles;
}

function packNumbers(numbers: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [place, number] of numbers.entries()) view.setUint32(place * 4, number);
  return toBase64(new Uint8Array(view.buffer));
}

function unpackNumbers(text: string): number[] {
  const view = viewOf(text);
  return Array.from({ length: view.byteLength >> 2 }, (_, place) => view.getUint32(place * 4));
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // As many arguments as a call may have.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

const viewOf = (base64: string): DataView => new DataView(bytesOf(base64).buffer);

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    throw new RangeError("packed entries are not base64");
  }
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
