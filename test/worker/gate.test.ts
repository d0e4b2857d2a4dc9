import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { COMPRESSED, type Seen } from "../support/gate-origin.ts";
import { anEntry } from "../support/gate-parts.ts";
import { createClient, type Got, type Sent, talkOverWebSocket } from "../support/gate-requests.ts";
import { type GateService, startGateService } from "../support/gate-service.ts";

const BASE = ["203.0.113.0/24", "2001:db8:bad::/48"];
const LISTED = "203.0.113.9";
const UNLISTED = "198.51.100.7";
const A_SINGLE = { number: 900_001, value: "192.0.2.77", verdict: "block", source: "staff", expiresAtMs: null } as const;
/** How long a change may take to arrive on a loaded machine: it is due within 6 s at a busy gate. */
const PATIENCE = { timeout: 25_000, interval: 200 };

let service: GateService;
let url: string;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  service = await startGateService();
  await service.publish(BASE, {});
  ({ origin: url } = await service.serve("the gate"));
  client = createClient(url);
  await vi.waitFor(async () => expect((await visit(LISTED)).status).toBe(403), PATIENCE);
}, 120_000);
afterEach(() => {
  service.gateways.upstash.faults.set([]);
  service.kv.state = "well";
});
afterAll(async () => {
  client?.close();
  await service?.close();
});

const visit = (address: string, { headers = {}, ...sent }: Sent = {}, path = "/page"): Promise<Got> =>
  client.send(path, { ...sent, headers: { "cf-connecting-ip": address, ...headers } });
const seenIn = ({ body }: Got): Seen => JSON.parse(body.toString()) as Seen;
const sha256 = (body: string | Buffer): string => createHash("sha256").update(body).digest("hex");

test("the bundle is small, and has neither Postgres nor ONNX nor Hono in it", () => {
  const [main] = service.bundle.modules;
  const code = readFileSync(join(service.bundle.folder, main?.name ?? ""));
  expect(service.bundle.modules.length).toBe(1);
  expect(gzipSync(code).byteLength).toBeLessThan(200_000);
  const map = JSON.parse(readFileSync(join(service.bundle.folder, `${main?.name}.map`), "utf8")) as { readonly sources: readonly string[] };
  expect(
    map.sources.filter((source) => /adapters\/(?:postgres|onnx)|onnxruntime|neondatabase|drizzle|node_modules\/hono/.test(source)),
  ).toEqual([]);
  expect(map.sources.some((source) => source.includes("src/gate.ts"))).toBe(true);
});

describe("who is listed", () => {
  test.each([
    "203.0.113.9",
    "::ffff:203.0.113.9",
    "::FFFF:CB00:7109",
    "64:ff9b::203.0.113.9",
    "2001:db8:bad::1",
    "2001:0DB8:0BAD:0:0:0:0:1",
  ])("stays out in every spelling: %s", async (address) => {
    expect((await visit(address)).status).toBe(403);
  });

  const CLAIMS: readonly (readonly [name: string, value: string | string[]])[] = [
    "x-forwarded-for",
    "X-Forwarded-For",
    "x-real-ip",
    "true-client-ip",
    "forwarded",
    "x-client-ip",
    "x-cluster-client-ip",
    "client-ip",
    "x_forwarded_for",
    "cf-connecting-ipv6",
    "x-tollgate-address",
    "x-tollgate-context",
    "via",
  ].flatMap((name) => {
    const claim = (address: string): string => (name === "forwarded" ? `for="${address}"` : address);
    return [
      [name, claim("ADDRESS")],
      [name, ` ${claim("ADDRESS")} , ${claim("192.0.2.1")} `],
      [name, [claim("192.0.2.1"), claim("ADDRESS")]],
      [name, claim("::ffff:ADDRESS")],
      [name, `${claim("ADDRESS")}:443`],
    ] as const;
  });
  const with_ = (value: string | string[], address: string) =>
    Array.isArray(value) ? value.map((one) => one.replace("ADDRESS", address)) : value.replace("ADDRESS", address);

  test(`and no forged header changes a verdict (${CLAIMS.length} of them, both ways)`, async () => {
    for (const [name, value] of CLAIMS) {
      const asUnlisted = await visit(LISTED, { headers: { [name]: with_(value, UNLISTED) } });
      expect([name, value, asUnlisted.status]).toEqual([name, value, 403]);
      const asListed = await visit(UNLISTED, { headers: { [name]: with_(value, LISTED) } });
      expect([name, value, asListed.status]).toEqual([name, value, 200]);
      const { headers } = seenIn(asListed);
      expect(headers["x-tollgate-address"]).toBe(UNLISTED);
      expect(headers["x-forwarded-for"]).toBe(UNLISTED);
      if (name !== "via" && name !== "cf-connecting-ipv6")
        expect(JSON.stringify({ ...headers, "x-tollgate-context": "" })).not.toContain(LISTED);
    }
  });

  test("cannot open a WebSocket, upload or be counted at the origin", async () => {
    service.origin.takeCount();
    expect(await talkOverWebSocket(`${url}/socket`, { "cf-connecting-ip": LISTED }, "hello")).toBe(403);
    expect((await visit(LISTED, { method: "POST", body: Buffer.alloc(100_000) })).status).toBe(403);
    expect(service.origin.takeCount()).toBe(0);
  });
});

describe("what passes arrives as it was sent", () => {
  const BODY = Buffer.alloc(5 * 1024 * 1024, "upload");
  const BODY_HASH = sha256(BODY);
  const METHODS = ["POST", "PUT", "PATCH", "DELETE"] as const;

  async function checkEcho(number: number): Promise<void> {
    const method = METHODS[number % METHODS.length] ?? "POST";
    const body = `{"number":${number}}`;
    const path = `/echo/${number}?a=%20b&a=${number}&ü=${number % 7}`.replace("ü", "%C3%BC");
    const got = await visit(
      UNLISTED,
      { method, body, headers: { "x-custom": `${number}`, "content-type": "application/json", cookie: "a=1; b=2" } },
      path,
    );
    expect(got.status).toBe(200);
    expect(got.headers["x-frame-options"]).toBe("SAMEORIGIN");
    expect(got.headers["x-tollgate"]).toBeUndefined();
    const seen = seenIn(got);
    expect(seen).toMatchObject({ method, url: path, bytes: body.length, sha256: sha256(body) });
    expect(seen.headers).toMatchObject({ "x-custom": `${number}`, "content-type": "application/json", cookie: "a=1; b=2" });
  }
  async function checkPage(): Promise<void> {
    const got = await visit(UNLISTED, { headers: { accept: "text/html" } }, "/");
    expect(got.status).toBe(200);
    expect(String(got.headers["set-cookie"])).toMatch(/^__Host-tg_device=[\w.-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/);
  }
  async function checkUpload(): Promise<void> {
    expect(seenIn(await visit(UNLISTED, { method: "POST", body: BODY }))).toMatchObject({ bytes: BODY.length, sha256: BODY_HASH });
  }
  async function checkEmpty(): Promise<void> {
    const got = await visit(UNLISTED, {}, "/empty");
    expect([got.status, got.headers["x-kept"], got.body.length]).toEqual([204, "yes", 0]);
  }
  async function checkMoved(): Promise<void> {
    const got = await visit(UNLISTED, {}, "/moved");
    expect([got.status, got.headers.location, got.headers["set-cookie"]]).toEqual([
      302,
      "https://elsewhere.example/path?q=1",
      ["a=1", "b=2"],
    ]);
  }
  async function checkCompressed(): Promise<void> {
    const got = await visit(UNLISTED, { headers: { "accept-encoding": "gzip" } }, "/compressed");
    expect([got.status, got.headers["content-encoding"], got.headers.etag, got.body.equals(COMPRESSED)]).toEqual([
      200,
      "gzip",
      '"strong"',
      true,
    ]);
  }
  async function checkCompressedPage(): Promise<void> {
    const got = await visit(UNLISTED, { headers: { accept: "text/html", "accept-encoding": "gzip" } }, "/compressed");
    expect([got.status, got.headers["content-encoding"]]).toEqual([200, "gzip"]);
    expect(String(got.headers["set-cookie"])).toContain("__Host-tg_device");
    expect(gunzipSync(got.body).equals(gunzipSync(COMPRESSED))).toBe(true);
  }
  async function checkHead(): Promise<void> {
    expect((await visit(UNLISTED, { method: "HEAD" })).status).toBe(200);
    expect(seenIn(await visit(UNLISTED, { method: "OPTIONS" }))).toMatchObject({ method: "OPTIONS" });
  }
  async function checkSocket(number: number): Promise<void> {
    expect(await talkOverWebSocket(`${url}/socket`, { "cf-connecting-ip": UNLISTED }, `hello ${number}`)).toBe(`echo hello ${number}`);
  }
  /** The second event is sent once the first was read: who collects a body first would wait for ever. */
  const checkStream = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let text = "";
      const asked = request(`${url}/stream?id=${number}`, { headers: { "cf-connecting-ip": UNLISTED } }, (answer) => {
        answer.on("data", (chunk: Buffer) => {
          if (text === "") visit(UNLISTED, {}, `/stream-read?id=${number}`).catch(reject);
          text += chunk.toString();
        });
        answer.once("error", reject);
        answer.once("end", () => {
          try {
            expect(answer.headers["content-type"]).toBe("text/event-stream");
            expect(text).toBe("data: first\n\ndata: second\n\n");
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      });
      asked.once("error", reject);
      asked.end();
    });

  /** Of every thousand requests, how many are what; the rest are echoed. */
  const RARE = new Map<number, (number: number) => Promise<void>>([
    ...[1, 500].map((at) => [at, checkUpload] as const),
    ...[2, 100, 200, 300].map((at) => [at, checkStream] as const),
    ...[3, 103, 203, 303].map((at) => [at, checkSocket] as const),
    ...Array.from({ length: 40 }, (_, at) => [400 + at, checkEmpty] as const),
    ...Array.from({ length: 40 }, (_, at) => [440 + at, checkMoved] as const),
    ...Array.from({ length: 40 }, (_, at) => [510 + at, checkCompressed] as const),
    ...Array.from({ length: 40 }, (_, at) => [550 + at, checkHead] as const),
    ...Array.from({ length: 10 }, (_, at) => [590 + at, checkCompressedPage] as const),
    ...Array.from({ length: 100 }, (_, at) => [600 + at, checkPage] as const),
  ]);

  test("10,000 requests: uploads, event streams, WebSockets, empty answers, redirects, compressed bodies, all methods", async () => {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let number = next++; number < 10_000; number = next++) await (RARE.get(number % 1_000) ?? checkEcho)(number);
    };
    await Promise.all(Array.from({ length: 16 }, work));
  }, 300_000);
});

test("a block acts at a busy gate within seconds, and so does its end", async () => {
  const address = "198.51.100.200";
  expect((await visit(address)).status).toBe(200);
  await service.publish(BASE, { broad: [anEntry(address)] });
  const blockedAtMs = performance.now();
  await vi.waitFor(async () => expect((await visit(address)).status).toBe(403), PATIENCE);
  const blockMs = performance.now() - blockedAtMs;
  await service.publish(BASE, {});
  const endedAtMs = performance.now();
  await vi.waitFor(async () => expect((await visit(address)).status).toBe(200), PATIENCE);
  console.log(`gate: a block acted after ${Math.round(blockMs)} ms, its end after ${Math.round(performance.now() - endedAtMs)} ms`);
}, 60_000);

describe("when stores fail", () => {
  const servesAndRefuses = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      expect((await visit(UNLISTED)).status).toBe(200);
      expect((await visit(LISTED)).status).toBe(403);
    }
  };

  test.each([
    ["Redis refuses", { kind: "refuse" }],
    ["Redis hangs", { kind: "delay", ms: 20_000 }],
    ["Redis answers 503", { kind: "status", status: 503 }],
  ] as const)("%s: the origin is served and who is listed stays out", async (_, fault) => {
    service.gateways.upstash.faults.set([fault]);
    await servesAndRefuses();
  });

  test("KV fails while a new base is due: the base before it still blocks, and so does what is new", async () => {
    service.kv.state = "away";
    await service.publish(["203.0.113.0/24", "192.0.2.0/24"], { broad: [anEntry("198.51.100.210")] });
    await vi.waitFor(async () => expect((await visit("198.51.100.210")).status).toBe(403), PATIENCE);
    await servesAndRefuses();
    service.kv.state = "well";
    await vi.waitFor(async () => expect((await visit("192.0.2.1")).status).toBe(403), PATIENCE);
  }, 60_000);

  test("a damaged base changes nothing, and what is new acts without it", async () => {
    await service.publish(["192.0.2.0/25"], { broad: [anEntry("198.51.100.211")] });
    for (const [key, value] of service.kv.values)
      service.kv.values.set(key, Buffer.concat([value.subarray(0, 40), Buffer.alloc(value.length - 40, 7)]));
    await vi.waitFor(async () => expect((await visit("198.51.100.211")).status).toBe(403), PATIENCE);
    await servesAndRefuses();
  }, 60_000);

  test.each(["{", '{"version":-1}', "[]", ""])(
    "a damaged snapshot changes nothing: %j",
    async (text) => {
      const { faults } = service.gateways.upstash;
      await service.publishText(text);
      // Used up once the gate has asked for the text.
      faults.set([{ kind: "delay", ms: 1, match: "lists:snapshot", times: 1 }]);
      await vi.waitFor(async () => {
        await visit(UNLISTED);
        expect(faults.list()).toEqual([]);
      }, PATIENCE);
      await servesAndRefuses();
    },
    60_000,
  );

  test("an isolate that never had lists serves the origin and says that it is degraded; once it has them, it does not", async () => {
    service.gateways.upstash.faults.set([{ kind: "refuse" }]);
    const cold = await service.serve("a cold gate");
    const other = createClient(cold.origin);
    const ask = () => other.send("/page", { headers: { "cf-connecting-ip": UNLISTED } });
    expect(await ask()).toMatchObject({ status: 200, headers: { "x-tollgate": "degraded" } });
    service.gateways.upstash.faults.set([]);
    await service.publish(BASE, {});
    await vi.waitFor(async () => expect((await ask()).headers["x-tollgate"]).toBeUndefined(), PATIENCE);
    other.close();
  }, 60_000);

  test.each(["fails", "hangs"] as const)(
    "a queue that %s neither keeps an answer back nor changes it",
    async (queue) => {
      service.kv.queue = queue;
      service.kv.queued = 0;
      await vi.waitFor(async () => {
        expect((await visit(LISTED)).status).toBe(403);
        expect(service.kv.queued).toBeGreaterThan(0);
      }, PATIENCE);
      await servesAndRefuses();
      service.kv.queue = "fails";
    },
    60_000,
  );

  test.each(["Redis is away", "Redis came back empty"])(
    "a cold isolate while %s enforces what KV has, and says degraded",
    async (what) => {
      await service.publish(BASE, {});
      await service.checkpoint({ broad: [anEntry("198.51.100.0/28"), anEntry("NG", { kind: "country" })], singles: [A_SINGLE] });
      if (what === "Redis is away") service.gateways.upstash.faults.set([{ kind: "refuse" }]);
      else await service.emptyRedis();
      const cold = await service.serve(`a cold gate, ${what}`);
      const other = createClient(cold.origin);
      const ask = (address: string) => other.send("/page", { headers: { "cf-connecting-ip": address } });
      await vi.waitFor(async () => expect((await ask(LISTED)).status).toBe(403), PATIENCE);
      expect([(await ask("198.51.100.7")).status, (await ask(A_SINGLE.value)).status]).toEqual([403, 403]);
      expect(await ask("192.0.2.200")).toMatchObject({ status: 200, headers: { "x-tollgate": "degraded" } });
      service.gateways.upstash.faults.set([]);
      await service.publish(BASE, {});
      await vi.waitFor(async () => {
        const { status, headers } = await ask("198.51.100.7");
        expect([status, headers["x-tollgate"]]).toEqual([200, undefined]);
      }, PATIENCE);
      other.close();
    },
    90_000,
  );
});

test("wrong settings neither take an origin down that is locked to the gate, nor open it", async () => {
  const vars = { GATE_MODE: "enfroce", LIST_POLL_SECONDS: "90", ORIGIN_KEY: "the key of the origin", GATE_POLICY: '{"/feeds/*":"of"}' };
  const broken = await service.serve("a gate that is set up wrong", vars);
  const other = createClient(broken.origin);
  const ask = (address: string, path: string) => other.send(path, { headers: { "cf-connecting-ip": address } });
  await vi.waitFor(async () => expect((await ask(LISTED, "/page")).status).toBe(403), PATIENCE);
  expect((await ask(LISTED, "/feeds/x")).status).toBe(403);
  const got = await ask(UNLISTED, "/page");
  expect([got.status, got.headers["x-tollgate"]]).toEqual([200, "degraded"]);
  expect(seenIn(got).headers).toMatchObject({ "x-tollgate-key": "the key of the origin", "x-real-ip": UNLISTED });
  const health = JSON.parse((await ask(UNLISTED, "/__tollgate/health")).body.toString()) as {
    readonly settings: { readonly name: string }[];
  };
  expect(health).toMatchObject({ status: "degraded", lists: "fresh" });
  expect(health.settings.map(({ name }) => name).sort()).toEqual(["GATE_MODE", "GATE_POLICY", "LIST_POLL_SECONDS"]);
  other.close();
}, 60_000);

test("no spelling of a path that some origin reads as an enforced one gets a listed visitor through", async () => {
  const strict = await service.serve("a gate with skipped paths", { GATE_POLICY: '{"/feeds/*":"off"}' });
  const lenient = await service.serve("a gate that enforces one tree", { GATE_MODE: "monitor", GATE_POLICY: '{"/checkout/*":"enforce"}' });
  const skipped = ["/feeds/x", "/.well-known/acme-challenge/x", "/a.css"];
  const refused = [
    "/.well-known/%ff/..%2f..%2fcheckout/pay",
    "/checkout/..;/.well-known/x",
    "/checkout.php/..;/.well-known/x",
    "/checkout.php/..%5c.well-known/x",
    "/checkout/..%2f.well-known%2fx",
    "/account/..%2fx.css",
    "/checkout.php/..;/x.css",
    "/feeds/%ff%2f..%2f..%2fcheckout%2fpay",
    "/feeds/../checkout",
    "/feeds\\..\\checkout",
  ];
  const enforced = ["/%63heckout/%ff", "/checkout%2fpay%ff", "/x%ff/..%2fcheckout/pay", "/%63heckout/%ff%2f..%2fpay"];
  for (const [served, passing, stopped] of [
    [strict, skipped, refused],
    [lenient, ["/page", "/x%2fy"], enforced],
  ] as const) {
    const other = createClient(served.origin);
    const ask = async (path: string) => [path, (await other.send(path, { headers: { "cf-connecting-ip": LISTED } })).status];
    const first = stopped[0] ?? "/";
    await vi.waitFor(async () => expect(await ask(first)).toEqual([first, 403]), PATIENCE);
    for (const path of stopped) expect(await ask(path)).toEqual([path, 403]);
    for (const path of passing) expect(await ask(path)).toEqual([path, 200]);
    other.close();
  }
}, 120_000);

test("off needs no store", async () => {
  const off = await service.serve("a gate that is off", { GATE_MODE: "off", UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1" });
  const other = createClient(off.origin);
  const got = await other.send("/page", { headers: { "cf-connecting-ip": LISTED, "x-tollgate-address": "192.0.2.1" } });
  expect([got.status, got.headers["x-tollgate"], seenIn(got).headers["x-tollgate-address"]]).toEqual([200, undefined, undefined]);
  other.close();
});

test("each host has its own origin, every other the general one, and both get the key", async () => {
  const hosts = await service.serve("a gate of two hosts", {
    ORIGIN_URL: `${service.origin.origin}/default`,
    ORIGINS: JSON.stringify({ "Shop.Example.": `${service.origin.origin}/shop/` }),
    ORIGIN_KEY: "the key of the origin",
  });
  const other = createClient(hosts.origin);
  const ask = (host: string) => other.send("/cart?id=1", { headers: { host, "cf-connecting-ip": UNLISTED, "x-tollgate-key": "forged" } });
  const shop = seenIn(await ask("shop.example"));
  expect(shop.url).toBe("/shop/cart?id=1");
  expect(shop.headers).toMatchObject({ "x-forwarded-host": "shop.example", "x-tollgate-key": "the key of the origin" });
  expect(seenIn(await ask("SHOP.example.")).url).toBe("/shop/cart?id=1");
  expect(seenIn(await ask("elsewhere.example")).url).toBe("/default/cart?id=1");
  const moved = async (location: string): Promise<string | undefined> => {
    const path = `/moved-to?location=${encodeURIComponent(location)}`;
    const got = await other.send(path, { headers: { host: "shop.example", "cf-connecting-ip": UNLISTED } });
    expect(got.status).toBe(302);
    return got.headers.location;
  };
  const { host } = new URL(service.origin.origin);
  expect(await moved(`http://${host}/shop/login?a=b#c`)).toBe("http://shop.example/login?a=b#c");
  expect(await moved(`//${host}/shop`)).toBe("http://shop.example/");
  expect(await moved(`http://${host}/shop//elsewhere.example`)).toBe("http://shop.example//elsewhere.example");
  expect(await moved("/shop/login")).toBe("/login");
  expect(await moved("login")).toBe("login");
  for (const other of ["https://elsewhere.example/shop/x", `http://${host}/private`, "/other", "not a url:"])
    expect(await moved(other)).toBe(other);
  other.close();
});
