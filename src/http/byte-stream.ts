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
