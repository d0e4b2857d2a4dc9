import type { Pointer } from "../../ports/configuration.ts";

/** The live pointer as it stands in Redis, or null for none and for what is not one. */
export function readPointer(text: unknown): Pointer | null {
  if (typeof text !== "string") return null;
  try {
    const { seq, hash } = JSON.parse(text) as { seq?: unknown; hash?: unknown };
    return typeof seq === "number" && typeof hash === "string" ? { seq, hash } : null;
  } catch {
    return null;
  }
}
