import { DIMENSIONS, type Dimension } from "../event/entity.ts";
import { type HashKey, halfSipHash } from "./half-sip-hash.ts";

/** Keyed hashes of dimension values: what records compare and keys are named by. Synchronous; one hash is well under a microsecond. */
export interface DimensionHash {
  /** 32 bits, never 0 (0 is "none" in a record). */
  hash32(dimension: Dimension, value: string): number;
  /** 32 bits of an event id, never 0. */
  idHash32(id: string): number;
  /** 64 bits as 16 hex digits, for naming keys without personal data in them. */
  hash64(dimension: Dimension, value: string): string;
}

/** Hashes under a deployment's secret. Another secret makes another history: keep it as long as the logs. */
export function createDimensionHash(secret: string): DimensionHash {
  const key = keyOf(secret);
  const prefixes = new Map<Dimension, string>(DIMENSIONS.map((dimension, index) => [dimension, String.fromCharCode(index + 1)]));
  const of = (dimension: Dimension, value: string) => halfSipHash(`${prefixes.get(dimension)}${value}`, key);
  return {
    hash32: (dimension, value) => of(dimension, value)[0] || 1,
    idHash32: (id) => halfSipHash(`\u0000${id}`, key)[0] || 1,
    hash64: (dimension, value) => of(dimension, value).map(hex).join(""),
  };
}

function keyOf(secret: string): HashKey {
  return halfSipHash(secret, halfSipHash(`${secret}\u0000tollgate`, [0x746f6c6c, 0x67617465]));
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
