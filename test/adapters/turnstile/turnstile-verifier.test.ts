import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTurnstileVerifier } from "../../../src/adapters/turnstile/turnstile-verifier.ts";
import { ok } from "../../../src/core/result.ts";
import type { ChallengeVerifier } from "../../../src/ports/gate.ts";

/** A siteverify of our own, which answers what the token says. */
const ANSWERS: Readonly<Record<string, string>> = {
  good: '{"success":true,"hostname":"shop.example"}',
  "without-host": '{"success":true}',
  elsewhere: '{"success":true,"hostname":"other.example"}',
  bad: '{"success":false,"error-codes":["invalid-input-response"]}',
  odd: '{"ok":1}',
  broken: "<html>",
};
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    asked.push(body);
    const token = new URLSearchParams(body).get("response") ?? "";
    if (token !== "hanging") response.writeHead(token === "broken" ? 500 : 200).end(ANSWERS[token]);
  });
});
let verifier: ChallengeVerifier;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  verifier = createTurnstileVerifier({ url: `http://127.0.0.1:${port}/siteverify`, secret: "the-secret" });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const verify = (token: string, budgetMs = 5_000) => verifier.verify({ token, address: "198.51.100.7", hostname: "shop.example" }, budgetMs);

test("a token is verified with the secret and the visitor's address", async () => {
  expect(await verify("good")).toEqual(ok(true));
  expect(Object.fromEntries(new URLSearchParams(asked.at(-1)))).toEqual({
    secret: "the-secret",
    response: "good",
    remoteip: "198.51.100.7",
  });
});

test.each([
  ["without-host", true],
  ["elsewhere", false],
  ["bad", false],
] as const)("%s: %s", async (token, passed) => {
  expect(await verify(token)).toEqual(ok(passed));
});

test.each([
  ["odd", 5_000, "invalid"],
  ["broken", 5_000, "unavailable"],
  ["hanging", 50, "timeout"],
] as const)("%s is nobody's pass", async (token, budgetMs, reason) => {
  expect(await verify(token, budgetMs)).toEqual({ ok: false, error: { source: "turnstile", reason } });
});
