import { holdsCardNumber } from "../privacy/find-card-numbers.ts";
import { beginsAs, type ContentType } from "./evidence-file.ts";

/** Why a file's bytes are not taken. */
export type FileFault = "too_short" | "too_long" | "other_content" | "not_text" | "card_number";

const HEAD_BYTES = 12;
/** Characters of what was read that the next part is read with: more than any number and what stands around it. */
const TAIL_LENGTH = 200;

/**
 * Looks at a file while it arrives: its length, whether it begins as its type says, and card numbers where it is text. Each call gives the first
 * fault, or null. What an image or a PDF shows cannot be read here.
 */
export function inspectFile(type: ContentType, sizeBytes: number): { take(part: Uint8Array): FileFault | null; end(): FileFault | null } {
  let seen = 0;
  let head: Uint8Array = new Uint8Array();
  let tail = "";
  const decoder = type === "text/plain" ? new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }) : null;

  function readText(part: Uint8Array | null): FileFault | null {
    if (decoder === null) return null;
    try {
      const text = tail + (part === null ? decoder.decode() : decoder.decode(part, { stream: true }));
      if (text.includes("\0")) return "not_text";
      // A number may be cut in two by the parts; what follows the cut is read with what came before.
      // It begins with a word's end, so that no longer number is taken for a card's.
      tail = text.length <= TAIL_LENGTH ? text : text.slice(-TAIL_LENGTH).replace(/^\S+/, "");
      return holdsCardNumber(text) ? "card_number" : null;
    } catch {
      // A decoder that is fatal throws on what is not UTF-8.
      return "not_text";
    }
  }

  return {
    take(part) {
      seen += part.length;
      if (seen > sizeBytes) return "too_long";
      if (head.length < HEAD_BYTES) head = concat(head, part.subarray(0, HEAD_BYTES - head.length));
      if ((head.length === HEAD_BYTES || seen === sizeBytes) && !beginsAs(type, head)) return "other_content";
      return readText(part);
    },
    end: () => (seen < sizeBytes ? "too_short" : readText(null)),
  };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
