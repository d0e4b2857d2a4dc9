import * as z from "zod";
import type { CheckOptions } from "../rules/check-context.ts";
import { digestHex } from "../secrecy/digest-hex.ts";
import { featureTypeOf, NAMED_LIST_TYPES } from "./named-list.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex");

/** What is live, by content hash (D3). A manifest never changes; a rollback is a new `seq`. */
export const Manifest = z.strictObject({
  seq: z.int().positive(),
  ruleset: Hash,
  features: Hash,
  /** Named lists, with their types, so that rules can be checked without loading them. */
  lists: z.record(z.string(), z.strictObject({ type: z.enum(NAMED_LIST_TYPES), hash: Hash })),
  models: z.record(z.string(), Hash),
});
export type Manifest = z.infer<typeof Manifest>;

/** SHA-256 of a text in hex: the name contents are stored under. */
export function contentHash(text: string): Promise<string> {
  return digestHex("SHA-256", text);
}

/** The lists that rules may name beside a manifest, for checking them; before the first manifest there are none. */
export function listTypesOf(manifest: Manifest | null): NonNullable<CheckOptions["lists"]> {
  return new Map(Object.entries(manifest?.lists ?? {}).map(([name, { type }]) => [name, { type: featureTypeOf(type) }]));
}
