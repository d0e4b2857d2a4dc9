import type { Context } from "hono";
import type { AppEnv } from "../../../context.ts";

/** A body's text as it arrives, which need not fit into memory; one that was read before, for its `Idempotency-Key`, comes at once. */
export async function* bodyText(c: Context<AppEnv>): AsyncGenerator<string> {
  const { raw } = c.req;
  if (raw.bodyUsed) {
    yield await c.req.text();
    return;
  }
  if (raw.body === null) return;
  const reader = raw.body.getReader();
  // What is not UTF-8 becomes U+FFFD, and the line that holds it a fault.
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // Whoever stops reading early leaves the rest unread.
    await reader.cancel().catch(() => undefined);
  }
}
