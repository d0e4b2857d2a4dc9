import { contentHash } from "../core/config/manifest.ts";
import type { CanonicalEvent } from "../core/event/event.ts";

/**
 * Hash of a parsed body without its timestamp: two calls with it are the same call (D2).
 * Parsing has already brought spelling, order and case into one form, so a retry through another client hashes alike.
 */
export async function bodyHash(event: CanonicalEvent): Promise<string> {
  const { timestamp: _, ...body } = event.body;
  return (await contentHash(JSON.stringify(body))).slice(0, 32);
}
