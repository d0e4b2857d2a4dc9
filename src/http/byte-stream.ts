import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** A body's bytes as they arrive, which need not fit into memory. */
export async function* requestBytes(c: Context<AppEnv>): AsyncGenerator<Uint8Array> {
  const { body } = c.req.raw;
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops reading early leaves the rest unread.
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * The body's text, read until it is longer than `maxBytes`: then null, and the rest is left unread. A stated length over the limit is believed.
 * What was read is kept for whoever asks for the body again.
 */
export async function readText(c: Context<AppEnv>, maxBytes: number): Promise<string | null> {
  const cached = c.req.bodyCache.text;
  if (cached === undefined) {
    if (Number(c.req.header("content-length") ?? 0) > maxBytes) return null;
    const decoder = new TextDecoder();
    let [text, bytes] = ["", 0];
    for await (const chunk of requestBytes(c)) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return null;
      text += decoder.decode(chunk, { stream: true });
    }
    text += decoder.decode();
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    return text;
  }
  const text = await cached;
  // Characters are at most bytes: only texts near the limit are measured.
  return text.length > maxBytes || (text.length * 3 > maxBytes && new TextEncoder().encode(text).byteLength > maxBytes) ? null : text;
}

/** Bytes as a body that is read as fast as the caller takes it; what making them throws breaks it off. */
export function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return?.();
    },
  });
}
