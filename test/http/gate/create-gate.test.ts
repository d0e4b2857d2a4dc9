import { describe, expect, test } from "vitest";
import { readContext } from "../../../src/core/gate/context.ts";
import { DEVICE_COOKIE, writeDevice } from "../../../src/core/gate/device.ts";
import { writePass } from "../../../src/core/gate/pass.ts";
import { createGatePolicy } from "../../../src/core/gate/policy.ts";
import { err, ok } from "../../../src/core/result.ts";
import { createGate } from "../../../src/http/gate/create-gate.ts";
import type { GateParts } from "../../../src/pipeline/gate/gate-parts.ts";
import { GATE_NOW_MS, gateParts, gateSigner, LISTED, UNLISTED } from "../../support/gate-parts.ts";

const URL = "https://shop.example/cart?id=1";
const BROWSER = { accept: "text/html,application/xhtml+xml" };
const from = (address: string, headers: Record<string, string> = {}, init: RequestInit = {}): Request =>
  new Request(URL, { ...init, headers: { "cf-connecting-ip": address, ...headers } });
const ask = (parts: GateParts, request: Request): Promise<Response> => createGate(parts)(request, () => {});

describe("a visitor whom no list names", () => {
  test("reaches the origin, which is told who it is and nothing that was claimed", async () => {
    const { parts, sent } = gateParts();
    const claims = {
      "x-forwarded-for": "192.0.2.1",
      forwarded: "for=192.0.2.1",
      "true-client-ip": "192.0.2.1",
      x_real_ip: "192.0.2.1",
      "x-tollgate-address": "192.0.2.1",
      "x-tollgate-context": "forged",
      "x-custom": "kept",
    };
    const answer = await ask(parts, from(UNLISTED, claims, { method: "PUT", body: "body" }));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("ok body");
    const got = sent[0]?.headers;
    expect(sent[0]?.method).toBe("PUT");
    expect(got?.get("x-tollgate-address")).toBe(UNLISTED);
    expect(got?.get("x-forwarded-for")).toBe(UNLISTED);
    expect(got?.get("x-real-ip")).toBe(UNLISTED);
    expect(got?.get("x-custom")).toBe("kept");
    for (const name of ["forwarded", "true-client-ip", "x_real_ip", "x-tollgate"]) expect(got?.has(name)).toBe(false);
    expect(await readContext(gateSigner, got?.get("x-tollgate-context") ?? "", GATE_NOW_MS)).toEqual({
      address: UNLISTED,
      country: null,
      asn: null,
      device: null,
      atMs: GATE_NOW_MS,
    });
  });

  test("gets the origin's answer itself when there is nothing to add", async () => {
    const answer = new Response("page");
    expect(await ask(gateParts({ origin: { send: async () => answer } }).parts, from(UNLISTED))).toBe(answer);
  });

  test("gets a device cookie with the first page, and the context names it; later it is read back", async () => {
    const { parts, sent } = gateParts({ newId: () => "device-1234" });
    const first = await ask(parts, from(UNLISTED, BROWSER));
    expect(first.headers.get("set-cookie")).toMatch(new RegExp(`^${DEVICE_COOKIE}=`));
    expect(first.headers.get("x-origin")).toBe("yes");
    const cookie = (await writeDevice(gateSigner, "device-1234", GATE_NOW_MS)).split(";")[0] ?? "";
    const second = await ask(parts, from(UNLISTED, { ...BROWSER, cookie }));
    expect(second.headers.has("set-cookie")).toBe(false);
    for (const request of sent)
      expect(await readContext(gateSigner, request.headers.get("x-tollgate-context") ?? "", GATE_NOW_MS)).toMatchObject({
        device: "device-1234",
      });
  });

  test.each([
    ["cache-control", "public, max-age=60", false],
    ["cache-control", "max-age=60", false],
    ["cache-control", "s-maxage=60, max-age=0", false],
    ["cache-control", "private, max-age=60", true],
    ["cache-control", "no-store", true],
    ["cache-control", "no-cache", true],
    ["cache-control", "max-age=0, must-revalidate", true],
    ["cdn-cache-control", "max-age=60", false],
    ["expires", "Thu, 01 Dec 2044 16:00:00 GMT", false],
    ["last-modified", "Thu, 01 Dec 2022 16:00:00 GMT", false],
    ["etag", '"1"', true],
  ])("gets no cookie with an answer that shared caches may keep: %s: %s", async (name, value, isGiven) => {
    const origin = { send: async () => new Response("page", { headers: { [name]: value } }) };
    expect((await ask(gateParts({ origin }).parts, from(UNLISTED, BROWSER))).headers.has("set-cookie")).toBe(isGiven);
  });

  test("gets no cookie from a gate that sets none", async () => {
    expect((await ask(gateParts({ deviceCookie: "off" }).parts, from(UNLISTED, BROWSER))).headers.has("set-cookie")).toBe(false);
  });

  test("is not vouched for when another Worker may have chosen the address", async () => {
    const { parts, sent } = gateParts();
    await ask(parts, from(UNLISTED, { "cf-worker": "other.example" }));
    expect(sent[0]?.headers.has("x-tollgate-address")).toBe(false);
    expect(sent[0]?.headers.has("x-tollgate-context")).toBe(false);
  });
});

describe("a listed visitor", () => {
  test("is shown a page with contact and reference, in the language it reads, and the origin is not asked", async () => {
    const { parts, sent, logged } = gateParts();
    const answer = await ask(
      parts,
      from(LISTED, { ...BROWSER, "accept-language": "de, ru;q=0.8, en;q=0.5", "cf-ray": "8f00aa11bb22cc33" }),
    );
    const page = await answer.text();
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(page).toContain('<html lang="ru">');
    expect(page).toContain("mailto:help@shop.example");
    expect(page).toContain("8f00aa11bb22cc33");
    expect(page).not.toMatch(/<script|src=|url\(/);
    expect(sent).toEqual([]);
    expect(logged).toMatchObject([
      { event: "gate_refused", fields: { refused: 1, ip_address: LISTED, entry: "staff:1", request_id: "8f00aa11bb22cc33" } },
    ]);
  });

  test("that is a program gets a problem", async () => {
    const answer = await ask(gateParts().parts, from(LISTED, { accept: "application/json" }));
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ code: "address_refused", status: 403, request_id: "reference-1" });
  });

  test("gets no body for HEAD", async () => {
    expect(await (await ask(gateParts().parts, from(LISTED, BROWSER, { method: "HEAD" }))).text()).toBe("");
  });

  test("passes where the mode only looks; the origin is told and it is counted", async () => {
    const { parts, sent, logged } = gateParts({ policy: createGatePolicy("monitor", {}) });
    expect((await ask(parts, from(LISTED))).status).toBe(200);
    expect(sent[0]?.headers.get("x-tollgate-verdict")).toBe("block");
    expect(logged).toMatchObject([{ fields: { noted: 1, refused: 0 } }]);
  });

  test("passes skipped paths unseen", async () => {
    const { parts, sent, logged } = gateParts({ policy: createGatePolicy("enforce", { "/cart": "off" }) });
    expect((await ask(parts, from(LISTED, { "x-tollgate-verdict": "allow", "x-real-ip": "192.0.2.1" }))).status).toBe(200);
    expect([...(sent[0]?.headers.keys() ?? [])].filter((name) => name.startsWith("x-"))).toEqual([]);
    expect(logged).toEqual([]);
  });

  test.each(["x-http-method-override", "x-http-method", "x-method-override"])("cannot pass for reading an asset by %s", async (name) => {
    const asset = (headers: Record<string, string>) =>
      new Request("https://shop.example/a.css", { headers: { "cf-connecting-ip": LISTED, ...headers } });
    expect((await ask(gateParts().parts, asset({}))).status).toBe(200);
    expect((await ask(gateParts().parts, asset({ [name]: "DELETE" }))).status).toBe(403);
  });

  test("that a list trusts is refused nothing, unless the address may be another's", async () => {
    const trusted = gateParts({}, { verdict: "allow", entry: "staff:2" });
    expect((await ask(trusted.parts, from(LISTED))).status).toBe(200);
    expect((await ask(trusted.parts, from(LISTED, { "cf-worker": "other.example" }))).status).toBe(200);
    expect((await ask(gateParts().parts, from(LISTED, { "cf-worker": "other.example" }))).status).toBe(403);
  });

  test("a flood of refusals is one line with their number", async () => {
    let nowMs = GATE_NOW_MS;
    const { parts, logged } = gateParts({ clock: () => nowMs });
    const gate = createGate(parts);
    for (let i = 0; i < 1_000; i++) await gate(from(LISTED), () => {});
    nowMs += 10_000;
    await gate(from(LISTED), () => {});
    expect(logged.map(({ fields }) => fields.refused)).toEqual([1, 1_000]);
  });
});

describe("a challenge", () => {
  const posed = (
    verify: () => Promise<ReturnType<typeof ok<boolean>> | ReturnType<typeof err<{ source: "turnstile"; reason: "timeout" }>>>,
  ) => gateParts({ policy: createGatePolicy("challenge", {}), challenge: { siteKey: "site-key", verifier: { verify } } });
  const attempt = (fields: Record<string, string>, address = LISTED): Request => {
    const body = new URLSearchParams(fields).toString();
    return new Request("https://shop.example/__tollgate/challenge", {
      method: "POST",
      body,
      headers: {
        ...BROWSER,
        "cf-connecting-ip": address,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(body.length),
      },
    });
  };

  test("is posed to a browser and told to a program", async () => {
    const { parts } = posed(async () => ok(true));
    const page = await ask(parts, from(LISTED, BROWSER));
    expect(page.status).toBe(403);
    const html = await page.text();
    expect(html).toContain('data-sitekey="site-key"');
    expect(html).toContain('name="target" value="/cart?id=1"');
    expect(await (await ask(parts, from(LISTED))).json()).toMatchObject({ code: "challenge_needed" });
  });

  test("that is passed leads back with a pass, which its address alone can use", async () => {
    const { parts, sent } = posed(async () => ok(true));
    const answer = await ask(parts, attempt({ "cf-turnstile-response": "token", target: "/cart?id=1" }));
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/cart?id=1");
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await ask(parts, from(LISTED, { cookie }))).status).toBe(200);
    expect(sent.length).toBe(1);
    const others = (await writePass(gateSigner, UNLISTED, GATE_NOW_MS)).split(";")[0] ?? "";
    expect((await ask(parts, from(LISTED, { cookie: others }))).status).toBe(403);
  });

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "", "javascript:alert(1)"])(
    "never leads elsewhere: %j",
    async (target) => {
      const { parts } = posed(async () => ok(true));
      expect((await ask(parts, attempt({ "cf-turnstile-response": "token", target }))).headers.get("location")).toBe("/");
    },
  );

  test("that is failed, without a token, or cannot be verified is posed again", async () => {
    expect((await ask(posed(async () => ok(false)).parts, attempt({ "cf-turnstile-response": "token" }))).status).toBe(403);
    expect((await ask(posed(async () => ok(true)).parts, attempt({}))).status).toBe(403);
    const away = await ask(
      posed(async () => err({ source: "turnstile", reason: "timeout" })).parts,
      attempt({ "cf-turnstile-response": "t" }),
    );
    expect(away.status).toBe(403);
    expect(await away.text()).toContain("not available right now");
  });

  test("takes no body that is large or of unknown length", async () => {
    const { parts } = posed(async () => ok(true));
    const large = attempt({ "cf-turnstile-response": "x".repeat(9_000) });
    expect((await ask(parts, large)).status).toBe(413);
  });

  test("does not exist where none is set up: the path is the origin's", async () => {
    const { parts, sent } = gateParts();
    await ask(parts, attempt({ "cf-turnstile-response": "token" }, UNLISTED));
    expect(sent.map(({ url }) => url)).toEqual(["https://shop.example/__tollgate/challenge"]);
  });
});

describe("when something of ours fails", () => {
  const thrown = (): never => {
    throw new TypeError("broken");
  };
  const rejected = async (): Promise<never> => thrown();
  const lists = gateParts().parts.lists;
  if (lists === null) throw new Error("the fixture has lists");
  const challenge = { siteKey: "k", verifier: { verify: rejected } };

  /** Everything a request of the gate waits for or calls, made to throw in turn. */
  const FAULTS: readonly (readonly [name: string, changed: Partial<GateParts>, listedStaysOut: boolean])[] = [
    ["waiting for the lists rejects", { lists: { ...lists, ready: rejected } }, true],
    ["waiting for the lists throws", { lists: { ...lists, ready: thrown } }, true],
    ["beginning to refresh the lists throws", { lists: { ...lists, refresh: thrown } }, true],
    ["signing rejects", { signer: { sign: rejected, read: gateSigner.read } }, true],
    ["reading what was signed rejects", { signer: { sign: gateSigner.sign, read: rejected } }, true],
    ["signing and reading throw", { signer: { sign: thrown, read: thrown } }, true],
    [
      "reading a pass rejects",
      { policy: createGatePolicy("challenge", {}), challenge, signer: { sign: gateSigner.sign, read: rejected } },
      true,
    ],
    ["no id can be made", { newId: thrown }, true],
    ["the lists in memory are damaged", { lists: { ...lists, find: thrown } }, false],
    ["the policy throws", { policy: thrown }, false],
    ["the clock throws", { clock: thrown }, false],
  ];

  test.each(FAULTS)("%s: the origin is served", async (_, changed) => {
    const { parts } = gateParts(changed);
    const cookie = `${DEVICE_COOKIE}=a.b; __Host-tg_pass=a.b`;
    const answer = await ask(parts, from(UNLISTED, { ...BROWSER, cookie }, { method: "POST", body: "body" }));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("ok body");
  });

  test.each(FAULTS.filter(([, , staysOut]) => staysOut))("%s: who is listed stays out", async (_, changed) => {
    const { parts, sent } = gateParts(changed);
    const answer = await ask(parts, from(LISTED, { ...BROWSER, cookie: "__Host-tg_pass=a.b" }));
    expect(answer.status).toBe(403);
    expect(sent).toEqual([]);
  });

  test.each(["none", "stale"] as const)("lists that are %s make the answer say that it is degraded, also to the origin", async (state) => {
    const { parts, sent } = gateParts({ lists: { ...lists, ready: async () => state } });
    expect((await ask(parts, from(UNLISTED))).headers.get("x-tollgate")).toBe("degraded");
    expect(sent[0]?.headers.get("x-tollgate")).toBe("degraded");
    expect((await ask(parts, from(LISTED))).status).toBe(403);
  });

  test("a verifier that throws gives nobody a pass", async () => {
    const { parts } = gateParts({ policy: createGatePolicy("challenge", {}), challenge });
    const body = "cf-turnstile-response=token";
    const headers = { "cf-connecting-ip": LISTED, "content-length": String(body.length), ...BROWSER };
    const answer = await ask(parts, new Request("https://shop.example/__tollgate/challenge", { method: "POST", body, headers }));
    expect(answer.status).toBe(403);
    expect(answer.headers.has("set-cookie")).toBe(false);
  });

  test.each(FAULTS)("%s: the origin gets its key", async (_, changed) => {
    const { parts, sent } = gateParts({ ...changed, originKey: "the key of the origin" });
    await ask(parts, from(UNLISTED, { "x-tollgate-key": "forged", "x-forwarded-for": LISTED }));
    expect(sent[0]?.headers.get("x-tollgate-key")).toBe("the key of the origin");
    expect(sent[0]?.headers.get("x-forwarded-for")).not.toBe(LISTED);
  });

  test("a header of the trusted proxy that cannot be read is counted, logged and degraded", async () => {
    const { parts, sent, logged } = gateParts({ trustedProxyHeader: "x-visitor" });
    const gate = createGate(parts);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await gate(from(UNLISTED, { "x-visitor": "junk" }), () => {}));
    expect(answers.map(({ headers }) => headers.get("x-tollgate"))).toEqual(["degraded", "degraded", "degraded"]);
    expect(sent[0]?.headers.has("x-tollgate-address")).toBe(false);
    expect(logged.map(({ fields }) => [fields.part, fields.count])).toEqual([
      ["proxy_header", 1],
      ["proxy_header", 2],
    ]);
    const health = await gate(new Request("https://shop.example/__tollgate/health"), () => {});
    expect(await health.json()).toEqual({ status: "degraded", lists: "fresh", settings: [], unreadable_proxy_headers: 3 });
    expect((await ask(parts, from(UNLISTED, { "x-visitor": `${LISTED}:443` }))).status).toBe(403);
  });

  test("settings that are wrong are named in the gate's health, and every answer says that it is degraded", async () => {
    const settingFaults = [{ name: "GATE_MODE", message: "must be one of …; `enforce` is in force instead" }];
    const { parts } = gateParts({ settingFaults });
    const health = await ask(parts, new Request("https://shop.example/__tollgate/health"));
    expect([health.status, health.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(await health.json()).toMatchObject({ status: "degraded", settings: settingFaults });
    expect((await ask(parts, from(UNLISTED))).headers.get("x-tollgate")).toBe("degraded");
    expect((await ask(parts, from(LISTED))).status).toBe(403);
    const well = await ask(gateParts().parts, new Request("https://shop.example/__tollgate/health"));
    expect(await well.json()).toEqual({ status: "ok", lists: "fresh", settings: [], unreadable_proxy_headers: 0 });
  });

  test("an origin that does not answer is told apart from a refusal", async () => {
    const answer = await ask(gateParts({ origin: { send: rejected } }).parts, from(UNLISTED));
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ code: "origin_unreachable" });
  });

  test("an origin that is down under load fills no log", async () => {
    const { parts, logged } = gateParts({ origin: { send: rejected } });
    const gate = createGate(parts);
    for (let i = 0; i < 1_000; i++) await gate(from(UNLISTED), () => {});
    expect(logged.map(({ fields }) => fields.count)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  });

  test("without an origin the answer says what to set", async () => {
    const answer = await ask(gateParts({ origin: { send: () => null } }).parts, from(UNLISTED, BROWSER));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("ORIGIN_URL");
  });
});
