import { strToU8, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import type { Archiver } from "../../ports/evidence.ts";

/** What is compressed already gains nothing from being compressed again. */
const COMPRESSED = /\.(png|jpe?g|webp|pdf)$/i;

/** A ZIP archive as its entries are read: one part in memory at a time, whatever the entries' sizes. Throws what reading an entry throws. */
export const zipArchive: Archiver = async function* (entries) {
  let made: Uint8Array[] = [];
  let fault: Error | null = null;
  const zip = new Zip((cause, bytes) => {
    if (cause !== null) fault = cause;
    else made.push(bytes);
  });
  const taken = function* (): Generator<Uint8Array> {
    if (fault !== null) throw fault;
    const parts = made;
    made = [];
    yield* parts;
  };
  for await (const { name, atMs, body } of entries) {
    const entry = COMPRESSED.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = atMs;
    zip.add(entry);
    for await (const part of body) {
      entry.push(part);
      yield* taken();
    }
    entry.push(strToU8(""), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
};
