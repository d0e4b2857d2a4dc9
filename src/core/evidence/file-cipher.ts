const CHUNK_BYTES = 64 * 1_024;
const TAG_BYTES = 16;
const utf8 = new TextEncoder();

/** The bytes that `encryptFile` makes of that many: a tag for each chunk of 64 KiB; an empty file has one chunk too. */
export function encryptedSize(sizeBytes: number): number {
  return sizeBytes + TAG_BYTES * Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES));
}

/**
 * Encrypts a file as it arrives with AES-256-GCM, 64 KiB at a time. A chunk's nonce is its number, and its number, whether it is the last and the
 * file's id are authenticated: no chunk can be left out, moved or taken from another file.
 * @param raw 32 random bytes that encrypt this file and nothing else
 */
export async function* encryptFile(
  raw: Uint8Array<ArrayBuffer>,
  fileId: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  let number = 0;
  for await (const { bytes, isLast } of inChunks(body, CHUNK_BYTES))
    yield new Uint8Array(await crypto.subtle.encrypt(parameters(fileId, number++, isLast), key, bytes));
}

/** The file of `encryptFile`, as it is read. Throws when a byte is not as it was written, and at its end when some are missing. */
export async function* decryptFile(
  raw: Uint8Array<ArrayBuffer>,
  fileId: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  let number = 0;
  for await (const { bytes, isLast } of inChunks(body, CHUNK_BYTES + TAG_BYTES))
    yield new Uint8Array(await crypto.subtle.decrypt(parameters(fileId, number++, isLast), key, bytes));
}

function parameters(fileId: string, number: number, isLast: boolean) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, number);
  return { name: "AES-GCM", iv, additionalData: utf8.encode(`${fileId}\n${number}\n${isLast ? "last" : "more"}`) };
}

/** Parts of any size as chunks of one size; the last may be shorter, and there always is one. */
async function* inChunks(
  body: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isLast: boolean }> {
  let chunk = new Uint8Array(size);
  let filled = 0;
  for await (const part of body) {
    for (let at = 0; at < part.length; ) {
      // A full chunk is the last only if nothing follows it.
      if (filled === size) {
        yield { bytes: chunk, isLast: false };
        chunk = new Uint8Array(size);
        filled = 0;
      }
      const taken = part.subarray(at, at + size - filled);
      chunk.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  yield { bytes: chunk.slice(0, filled), isLast: true };
}
