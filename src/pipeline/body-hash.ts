import type { CanonicalEvent } from "../core/event/event.ts";
import { sha256Hex } from "../core/secrecy/digest-hex.ts";

/**
 * Hash of a parsed body without its timestamp: two calls with it are the same call (D2).
 * Parsing has already brought spelling, order and case into one form, so a retry through another client hashes alike.
 */
export function bodyHash(event: CanonicalEvent): string {
  const { timestamp: _, ...body } = event.body;
  return sha256Hex(JSON.stringify(body)).slice(0, 32);
}
