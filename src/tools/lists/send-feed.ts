import type { Console } from "../rules/terminal.ts";
import { showBytes } from "./show-bytes.ts";

const PART_BYTES = 64 * 1_024;

/** A feed as a request body that shows how much of it is on its way. */
export function feedBody(bytes: Uint8Array, console: Console): ReadableStream<Uint8Array> {
  const bar = showBytes("sending", bytes.length, console);
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes.length) {
        bar.stop();
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(sent, sent + PART_BYTES));
      sent = Math.min(sent + PART_BYTES, bytes.length);
      bar.reach(sent);
    },
    cancel: () => bar.stop(),
  });
}

/** Where a feed came from, for the record: a file's name, or a URL without what may be a key in it. */
export function originOf(source: string): string {
  if (source === "-") return "standard input";
  if (!URL.canParse(source)) return source.slice(Math.max(source.lastIndexOf("/"), source.lastIndexOf("\\")) + 1);
  const { origin, pathname } = new URL(source);
  return `${origin}${pathname}`;
}
