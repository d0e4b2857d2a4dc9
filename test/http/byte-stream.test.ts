import { Hono } from "hono";
import { expect, test } from "vitest";
import { readText } from "../../src/http/byte-stream.ts";
import type { AppEnv } from "../../src/http/context.ts";

const app = new Hono<AppEnv>();
app.post("/", async (c) => {
  const text = await readText(c, 16);
  return c.json({ text, again: text === null ? null : await c.req.text() });
});
const answerTo = async (body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Promise<unknown> => {
  const request = new Request("http://tollgate.test/", { method: "POST", body, headers, duplex: "half" });
  return (await app.fetch(request)).json();
};
/** A body that never ends, and how much of it was asked for. */
function anEndlessBody() {
  const pulled = { chunks: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        pulled.chunks += 1;
        controller.enqueue(new Uint8Array(8).fill(0x61));
      },
      cancel: () => {
        pulled.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, pulled };
}

test("a body within the limit is read, and can be read again", async () => {
  expect(await answerTo("a=1&b=ü")).toEqual({ text: "a=1&b=ü", again: "a=1&b=ü" });
  expect(await answerTo("")).toEqual({ text: "", again: "" });
  expect(await answerTo("x".repeat(16))).toMatchObject({ text: "x".repeat(16) });
});

test("a body without a length, or with a wrong one, is left unread once it is too long", async () => {
  for (const headers of [{}, { "content-length": "8" }] as const) {
    const { body, pulled } = anEndlessBody();
    expect(await answerTo(body, headers)).toEqual({ text: null, again: null });
    expect(pulled).toEqual({ chunks: 3, isCancelled: true });
  }
});

test("a stated length over the limit is believed, and bytes are counted, not characters", async () => {
  const { body, pulled } = anEndlessBody();
  expect(await answerTo(body, { "content-length": "17" })).toEqual({ text: null, again: null });
  expect(pulled.chunks).toBe(0);
  expect(await answerTo("ü".repeat(9))).toEqual({ text: null, again: null });
});
