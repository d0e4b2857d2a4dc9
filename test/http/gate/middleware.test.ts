import { Hono } from "hono";
import { expect, test } from "vitest";
import { fraudGate } from "../../../src/http/gate/middleware.ts";
import { gateParts, LISTED, UNLISTED } from "../../support/gate-parts.ts";

/** A shop's own app behind the gate. */
function anApp(mode: "monitor" | "enforce", lists = gateParts().parts.lists) {
  const handled: string[] = [];
  const app = new Hono();
  app.use(
    fraudGate({
      mode,
      paths: { "/open/*": "off" },
      partsOf: (_, { mode: itsMode }) => ({
        ...gateParts().parts,
        lists,
        policy: (_, path) => (path.startsWith("/open") ? "off" : itsMode),
      }),
    }),
  );
  app.post("/cart", async (c) => {
    handled.push(c.req.path);
    c.header("x-shop", "yes");
    return c.json({
      body: await c.req.text(),
      address: c.req.header("x-tollgate-address") ?? null,
      verdict: c.req.header("x-tollgate-verdict") ?? null,
    });
  });
  app.get("/open/feed", (c) => c.text("feed"));
  app.get("/page", (c) => c.html("<p>page</p>"));
  const ask = (address: string, path = "/cart", init: RequestInit = { method: "POST", body: "body" }) =>
    app.request(path, { ...init, headers: { "cf-connecting-ip": address, "x-tollgate-address": "192.0.2.1", ...init.headers } });
  return { ask, handled };
}

test("a handler gets the request with its body, and is told who comes", async () => {
  const { ask } = anApp("enforce");
  const answer = await ask(UNLISTED);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-shop")).toBe("yes");
  expect(await answer.json()).toEqual({ body: "body", address: UNLISTED, verdict: null });
});

test("who is listed meets no handler", async () => {
  const { ask, handled } = anApp("enforce");
  expect((await ask(LISTED)).status).toBe(403);
  expect(handled).toEqual([]);
  expect(await (await ask(LISTED, "/open/feed", {})).text()).toBe("feed");
});

test("a gate that only looks tells the handler", async () => {
  expect(await (await anApp("monitor").ask(LISTED)).json()).toMatchObject({ verdict: "block" });
});

test("cookie and state are added to what the handler answered", async () => {
  const { lists } = gateParts().parts;
  if (lists === null) throw new Error("the fixture has lists");
  const { ask } = anApp("enforce", { ...lists, ready: async () => "none" });
  const answer = await ask(UNLISTED, "/page", { headers: { accept: "text/html" } });
  expect(await answer.text()).toBe("<p>page</p>");
  expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
  expect(answer.headers.get("set-cookie")).toMatch(/^__Host-tg_device=/);
  expect(answer.headers.get("x-tollgate")).toBe("degraded");
});
