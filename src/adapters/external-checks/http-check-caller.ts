import type { CheckCaller, CheckReply } from "../../ports/external-checks.ts";

const MOST_BYTES = 64 << 10;

/** Asks over `fetch`. The budget is for all of it: connecting, headers and the whole body. */
export function createHttpCheckCaller(): CheckCaller {
  return {
    async call({ url, method, headers, body }, budgetMs) {
      if (!(budgetMs > 0)) return { kind: "timeout" };
      const signal = AbortSignal.timeout(Math.ceil(budgetMs));
      try {
        const response = await fetch(url, { method, headers, ...(body === null ? {} : { body }), redirect: "manual", signal });
        if (response.status >= 300 && response.status < 400) return await without(response, { kind: "redirected" });
        const text = await readAtMost(response, signal);
        return text === null ? { kind: "too_large" } : { kind: "answered", status: response.status, text };
      } catch (error) {
        const isLate = signal.aborted || (error instanceof Error && error.name === "TimeoutError");
        return { kind: isLate ? "timeout" : "unreachable" };
      }
    },
  };
}

/** The body as text, or null when it is larger than anyone's answer should be. */
async function readAtMost(response: Response, signal: AbortSignal): Promise<string | null> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const late = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  // Nobody may be waiting any more when it goes off.
  late.catch(() => undefined);
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MOST_BYTES) return null;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    // What is left of it is nobody's business, and whether the service minds changes nothing.
    reader.cancel().catch(() => undefined);
  }
}

async function without(response: Response, reply: CheckReply): Promise<CheckReply> {
  await response.body?.cancel().catch(() => undefined);
  return reply;
}
