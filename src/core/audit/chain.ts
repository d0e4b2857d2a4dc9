import { digestHex } from "../secrecy/digest-hex.ts";
import type { SealedEntry } from "./seal.ts";

/** A row as Postgres keeps it: what is hashed, and the hash it was given. */
export interface ChainedRow extends SealedEntry {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
}
/** Where a chain ends: the last row's number and hash, or 0 and `GENESIS`. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}
export const GENESIS: ChainHead = { seq: 0, hash: "0".repeat(64) };

export interface ChainFault {
  readonly seq: number;
  /** `missing`: rows were taken out before it; `moved`: it does not follow the row before; `changed`: its hash is not that of its columns. */
  readonly reason: "missing" | "moved" | "changed";
}

/** Follows rows in order of `seq` from where an earlier piece of the chain ended: the new end, or the first row that is not as it was appended. */
export async function followChain(
  rows: readonly ChainedRow[],
  from: ChainHead,
): Promise<{ readonly head: ChainHead; readonly fault: ChainFault | null }> {
  let head = from;
  for (const row of rows) {
    const { seq } = row;
    if (seq !== head.seq + 1) return { head, fault: { seq, reason: "missing" } };
    if (row.previous !== head.hash) return { head, fault: { seq, reason: "moved" } };
    if ((await hashRow(row)) !== row.hash) return { head, fault: { seq, reason: "changed" } };
    head = { seq, hash: row.hash };
  }
  return { head, fault: null };
}

/**
 * SHA-256 in hex over the previous hash and every column, each as its length in bytes and its text, so that no two rows read alike.
 * The SQL function `append_audit` computes the same.
 */
export function hashRow(row: Omit<ChainedRow, "hash">): Promise<string> {
  const { previous, seq, id, atMs, world, actor, role, action, target, success, requestId, details, sealed } = row;
  const columns = [String(seq), id, String(atMs), world, actor, role, action, target, String(success), requestId, details, sealed];
  const text = previous + columns.map(field).join("");
  return digestHex("SHA-256", text);
}

const field = (text: string | null): string => (text === null ? "-" : `${new TextEncoder().encode(text).length}:${text}`);
