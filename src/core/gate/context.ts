import * as z from "zod";
import type { TextSigner } from "./signed-text.ts";

/** How long after it was signed a context is believed, and how far ahead a clock may be. */
const GOOD_FOR_MS = 24 * 3_600_000;
const AHEAD_MS = 5 * 60_000;

/** What the gate saw of a visitor, for a decision that is asked for elsewhere. */
export const GateContext = z.object({
  /** Canonical. */
  address: z.string(),
  country: z.string().nullable(),
  asn: z.number().nullable(),
  device: z.string().nullable(),
  /** When the gate saw the visitor; epoch milliseconds. */
  atMs: z.number(),
});
export type GateContext = z.infer<typeof GateContext>;

/** The text of `x-tollgate-context`. */
export function signContext(signer: TextSigner, context: GateContext): Promise<string> {
  return signer.sign("context", JSON.stringify(context));
}

/** A context as signed, or why it is not believed. */
export async function readContext(signer: TextSigner, text: string, nowMs: number): Promise<GateContext | "forged" | "expired"> {
  const signed = await signer.read("context", text);
  if (signed === null) return "forged";
  const parsed = GateContext.safeParse(JSON.parse(signed));
  if (!parsed.success) return "forged";
  return nowMs - parsed.data.atMs > GOOD_FOR_MS || parsed.data.atMs - nowMs > AHEAD_MS ? "expired" : parsed.data;
}
