import { FeedBrokenOff } from "../../core/lists/feeds/feed-broken-off.ts";
import type { FeedFetcher, FeedRequest, FetchedFeed } from "../../ports/feed-sources.ts";

const MOVED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Reads feeds over HTTP, packed with gzip or not. The budget holds for the whole body; past it the text throws `FeedBrokenOff`. */
export const feedFetcher: FeedFetcher = {
  async fetch(request): Promise<FetchedFeed> {
    const signal = AbortSignal.timeout(Math.ceil(request.budgetMs));
    let response: Response;
    try {
      response = await fetch(request.url, { headers: request.headers, redirect: "manual", signal });
    } catch (cause) {
      return { kind: "failed", why: isTimeout(cause) ? "no answer in time" : "no answer" };
    }
    if (response.status === 200 && response.body !== null) {
      const { headers, body } = response;
      const text = textOf(body, request);
      return { kind: "text", text, etag: headers.get("etag"), lastModified: headers.get("last-modified") };
    }
    await response.body?.cancel().catch(() => undefined);
    if (response.status === 304) return { kind: "unchanged" };
    const location = response.headers.get("location");
    if (MOVED.has(response.status) && location !== null && URL.canParse(location, request.url))
      return { kind: "moved", url: new URL(location, request.url).href };
    return { kind: "failed", why: `answered ${response.status}` };
  },
};

async function* textOf(body: ReadableStream<Uint8Array>, { mostBytes }: FeedRequest): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  try {
    for await (const part of unpacked(chunksOf(body))) {
      bytes += part.length;
      // A small file may unpack to a huge one.
      if (bytes > mostBytes) throw new FeedBrokenOff(`more than ${mostBytes} bytes`);
      yield decoder.decode(part, { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof FeedBrokenOff) throw cause;
    throw new FeedBrokenOff(isTimeout(cause) ? "not read in time" : "broke off", { cause });
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
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

/** Files are often served packed, without a header that says so: their first two bytes do. */
async function* unpacked(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done === true) return;
  const all = withFirst(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all;
  else yield* chunksOf(streamOf(all).pipeThrough(new DecompressionStream("gzip")));
}

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => {
      await chunks.return(undefined);
    },
  });
}

const isTimeout = (cause: unknown): boolean => cause instanceof Error && cause.name === "TimeoutError";
