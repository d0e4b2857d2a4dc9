import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendLabel, sendTransaction, whyUnreachable } from "../../../src/tools/replay/send.ts";
import type { TransactionBody } from "../../../src/tools/replay/to-transaction.ts";

const decision = { decision_id: "d/1", outcome: "allow", rules: [{ id: "transfer/R1" }], degraded: [], model: { status: "scored" } };
/** What the far side answers, by transaction id. */
const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  good: [200, JSON.stringify(decision)],
  refused: [422, JSON.stringify({ code: "invalid_input", status: 422 })],
  proxy: [502, "<html>bad gateway</html>"],
  strange: [200, JSON.stringify({ hello: "world" })],
};
const seen: { path: string; key: unknown; body: unknown }[] = [];
const sockets = new Set<unknown>();

async function listen(on: Server): Promise<string> {
  await new Promise<void>((resolve) => on.listen(0, "127.0.0.1", resolve));
  const address = on.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    sockets.add(request.socket);
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const body = text === "" ? null : JSON.parse(text);
      seen.push({ path: request.url ?? "", key: request.headers["x-api-key"], body });
      const [status, answer] = ANSWERS[body?.transaction_id] ?? [
        request.url?.endsWith("/label") ? 404 : 200,
        JSON.stringify({ code: "not_found" }),
      ];
      response.writeHead(status, { "content-type": "application/json" }).end(answer);
    });
  });
  url = await listen(server);
});
afterAll(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

const aBody = (id: string): TransactionBody => ({
  transaction_id: id,
  type: "TRANSFER",
  amount: 1,
  nameOrig: "C1",
  oldbalanceOrg: 1,
  nameDest: "C2",
  oldbalanceDest: 0,
  timestamp: "2026-11-20T10:30:00.000Z",
});
const send = (id: string) => sendTransaction({ url, key: "secret" }, aBody(id));

test("a decision comes back with its latency, the key having gone as X-API-Key", async () => {
  const answer = await send("good");
  expect(answer).toMatchObject({ kind: "decided", decision });
  expect(answer.latencyMs).toBeGreaterThan(0);
  expect(seen.at(-1)).toEqual({ path: "/api/v1/analyze", key: "secret", body: aBody("good") });
});

test("one connection serves call after call", async () => {
  await send("good");
  const before = sockets.size;
  for (let i = 0; i < 10; i++) await send("good");
  expect(sockets.size).toBe(before);
});

test.each([
  ["refused", "invalid_input"],
  ["proxy", "http_502"],
  ["strange", "unreadable_answer"],
])("a %s answer is an error with the code %s", async (id, code) => {
  expect(await send(id)).toMatchObject({ kind: "error", code });
});

test("a label goes to its decision, and its error comes back as a code", async () => {
  expect(await sendLabel({ url, key: "secret" }, "d/1", true)).toBe("not_found");
  expect(seen.at(-1)).toEqual({ path: "/api/v1/decisions/d%2F1/label", key: "secret", body: { label: "fraud", source: "replay" } });
});

test("where nothing answers, calls are errors with the network's code and the check says how to start", async () => {
  // A port that was free a moment ago.
  const closed = createServer();
  const nowhere = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect(await sendTransaction({ url: nowhere, key: "k" }, aBody("good"))).toMatchObject({ kind: "error", code: "ECONNREFUSED" });
  expect(await whyUnreachable(nowhere)).toBe(`nothing answers at ${nowhere} (ECONNREFUSED); \`npm start\` runs an instance`);
  expect(await whyUnreachable(url)).toBeNull();
});
