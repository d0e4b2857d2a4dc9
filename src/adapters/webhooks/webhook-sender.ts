import type { WebhookSender } from "../../ports/webhooks.ts";

const BODY_BYTES = 1_024;

/** Sends over `fetch`. The budget is for all of it: connecting, headers and the part of the body that is kept. */
export function createWebhookSender(): WebhookSender {
  return {
    async send({ url, headers, body }, budgetMs) {
      const signal = AbortSignal.timeout(Math.ceil(budgetMs));
      try {
        const agent = { "user-agent": "Tollgate-Webhooks/1" };
        const response = await fetch(url, { method: "POST", headers: { ...headers, ...agent }, body, redirect: "manual", signal });
        const { status } = response;
        return { kind: "answered", status, retryAfter: response.headers.get("retry-after"), body: await firstOf(response, signal) };
      } catch (error) {
        const isLate = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
        return { kind: isLate ? "timeout" : "unreachable" };
      }
    },
  };
}

/** The first bytes as text; the status is an answer, so a body that breaks off or never ends is worth what came of it. */
async function firstOf(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = BODY_BYTES;
  const cancelled = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
  try {
    while (left > 0) {
      const read = await Promise.race([reader.read(), cancelled]);
      if (read === null || read.done) break;
      const part = read.value.subarray(0, left);
      left -= part.byteLength;
      text += decoder.decode(part, { stream: true });
    }
  } catch {
    text += decoder.decode();
  }
  // Nobody waits for the rest, and whether the receiver minds changes nothing.
  reader.cancel().catch(() => undefined);
  return text;
}
