import { HEADER, RECORD, VERSION } from "./layout.ts";
import { bucketsLength } from "./log-header.ts";

/**
 * A log without the record of this id: what it was before the event was appended, by this call, by an earlier try or for an earlier stage.
 * A log that does not have it comes back as it is.
 */
export function stripOwn(text: string, encodedId: string): string {
  if (text[0] !== VERSION) return text;
  const from = HEADER.width + bucketsLength(text) + RECORD.id;
  // Its own record is the newest to arrive, or nearly.
  for (let at = text.lastIndexOf(encodedId); at >= from; at = text.lastIndexOf(encodedId, at - 1))
    if ((at - from) % RECORD.width === 0) return text.slice(0, at - RECORD.id) + text.slice(at - RECORD.id + RECORD.width);
  return text;
}
