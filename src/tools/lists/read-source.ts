import { existsSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Stopped, wrongUse } from "../rules/stopped.ts";
import type { Console } from "../rules/terminal.ts";
import { showBytes } from "./show-bytes.ts";

/** What the service takes at once. */
export const MOST_BYTES = 32 * 1_024 * 1_024;
const PATIENCE_MS = 120_000;

/** The bytes of a feed: a file, an http(s) URL, or `-` for standard input; gzip is unpacked. Throws a sentence when there is none, or too much. */
export async function readSource(source: string, console: Console): Promise<Uint8Array> {
  if (source === "-") return withinLimit(Buffer.from(await console.readInput(), "utf8"), "standard input");
  if (/^https?:\/\//.test(source)) return unpacked(await download(source, console), source);
  if (!existsSync(source) || !statSync(source).isFile()) throw wrongUse(`there is no file \`${source}\``);
  return unpacked(readFileSync(source), source);
}

function unpacked(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return withinLimit(bytes, source);
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(source);
    throw new Stopped(1, "unreadable_feed", `\`${source}\` is damaged: it begins as gzip and does not unpack`);
  }
}

function withinLimit(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes.length > MOST_BYTES) throw tooLarge(source);
  return bytes;
}

const tooLarge = (source: string): Stopped => new Stopped(1, "feed_too_large", `\`${source}\` has more than 32 MiB of text: split it`);

async function download(url: string, console: Console): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((fault: unknown) => {
    throw new Stopped(3, "no_answer", `nothing answers at ${url}: ${fault instanceof Error ? fault.message : String(fault)}`);
  });
  if (!response.ok) throw new Stopped(3, "no_feed", `${url} answered ${response.status}`);
  const bar = showBytes("reading", Number(response.headers.get("content-length") ?? 0), console);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > MOST_BYTES) throw tooLarge(url);
      parts.push(part);
      bar.reach(size);
    }
  } catch (fault) {
    throw fault instanceof Stopped ? fault : new Stopped(3, "no_answer", `${url} broke off after ${size} bytes`);
  } finally {
    bar.stop();
  }
  return Buffer.concat(parts);
}
