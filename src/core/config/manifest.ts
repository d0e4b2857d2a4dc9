import * as z from "zod";
import { digestHex } from "../secrecy/digest-hex.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex");

/** What is live, by content hash (D3). A manifest never changes; a rollback is a new `seq`. */
export const Manifest = z.strictObject({
  seq: z.int().positive(),
  ruleset: Hash,
  features: Hash,
  lists: z.record(z.string(), Hash),
  models: z.record(z.string(), Hash),
});
export type Manifest = z.infer<typeof Manifest>;

/** SHA-256 of a text in hex: the name contents are stored under. */
export function contentHash(text: string): Promise<string> {
  return digestHex("SHA-256", text);
}
