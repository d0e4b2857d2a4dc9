import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const logs = async (query = ""): Promise<Json[]> => {
  const { status, body } = await service.call(`/api/admin/audit-logs?limit=5000${query}`, { as: "admin" });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.rows;
};
const soon = (query: string) => expect.poll(() => logs(query), { timeout: 90_000, interval: 250 });

test("a publish is in the log with who, what, before and after, from the moment it is answered", async () => {
  const first = (await service.call("/api/admin/audit-logs?action=ruleset.publish", { as: "admin" })).body.rows[0];
  expect(first).toMatchObject({
    actor: { name: "local admin", role: "admin" },
    action: "ruleset.publish",
    target: "ruleset:live",
    success: true,
    livemode: true,
    details: { before: {}, after: { seq: 1, message: "the default ruleset" } },
    erased: false,
  });
});

test("a publish from an older version is a 409 that says who published and what differs", async () => {
  const stale = await service.call("/api/admin/fraud-rules/publish", {
    as: "admin",
    body: { files: [{ name: "a.json", text: '{"name":"a","rules":[]}' }] },
    headers: { "if-match": '"0"' },
  });
  expect(stale).toMatchObject({
    status: 409,
    body: { code: "changed_meanwhile", current: { version: 1, seq: 1 }, changed_by: { name: "local admin" } },
  });
  expect(stale.body.difference.map(({ field }: Json) => field)).toContain("ruleset");
});

test("requests, refused keys, refused accesses and reads of personal data arrive through the queue, alike ones as one row with a count", async () => {
  for (let i = 0; i < 3; i++) await service.call("/api/v1/stats", { as: "readonly", headers: { "cf-connecting-ip": "198.51.100.7" } });
  await service.call("/api/v1/stats", { as: null, headers: { "x-api-key": "tg_live_wrong" } });
  await service.call("/api/admin/fraud-rules/publish", { as: "readonly", body: {} });
  await service.call("/api/v1/decisions/tx-17", { as: "readonly" });

  await soon("&action=auth.refused").toMatchObject([
    { actor: { id: "anonymous", name: null, role: null }, success: false, details: { status: 401, route: "GET /api/v1/stats", count: 1 } },
  ]);
  await soon("&action=access.refused").toMatchObject([{ success: false, details: { route: "POST /api/admin/fraud-rules/publish" } }]);
  await soon("&target=decision:tx-17").toMatchObject([{ action: "personal_data.read", success: false, details: { status: 404 } }]);
  await expect
    .poll(
      async () => {
        const rows = (await logs("&action=request")).filter((row) => row.actor.name === "local readonly" && row.target.includes("/stats"));
        expect(rows.every((row) => row.actor.address === "198.51.100.7")).toBe(true);
        return rows.reduce((sum, row) => sum + row.details.count, 0);
      },
      { timeout: 90_000, interval: 250 },
    )
    .toBe(3);
});

test("strangers who ask for what is not served write no row of the chain: they are counted by their /48", async () => {
  const before = (await service.sql("select count(*)::int as n from audit_log where target like '%unmatched%'"))[0]?.n;
  const ask = (n: number) =>
    service.call(`/nothing/${n}`, { as: null, headers: { "cf-connecting-ip": `2001:db8:77:${n.toString(16)}::1` } });
  for (let n = 0; n < 40; n++) expect((await ask(n)).status).toBe(404);
  await expect
    .poll(async () => service.sql("select sum(calls)::int as calls, count(distinct network)::int as networks from unmatched_calls"), {
      timeout: 90_000,
      interval: 250,
    })
    .toEqual([{ calls: 40, networks: 1 }]);
  expect((await service.sql("select count(*)::int as n from audit_log where target like '%unmatched%'"))[0]?.n).toBe(before);
});

test("what is personal is nowhere in clear in Postgres", async () => {
  await service.call("/api/v1/stats", { as: "analyst", headers: { "cf-connecting-ip": "203.0.113.99" } });
  await expect.poll(async () => JSON.stringify(await logs()), { timeout: 90_000, interval: 250 }).toContain("203.0.113.99");
  const stored =
    JSON.stringify(await service.sql("select * from audit_log")) + JSON.stringify(await service.sql("select * from audit_keys"));
  expect(stored).not.toContain("203.0.113.99");
  expect(stored).not.toContain("local admin");
});

test("pages follow each other without gaps or repeats, and times bound what is found", async () => {
  const whole = await logs("&to=2030-01-01T00:00:00Z&from=2020-01-01T00:00:00Z");
  const seqs: number[] = [];
  let before = "";
  do {
    const { body } = await service.call(`/api/admin/audit-logs?limit=2${before}`, { as: "admin" });
    seqs.push(...body.rows.map(({ seq }: Json) => seq));
    before = body.next === null ? "" : `&before=${body.next}`;
  } while (before !== "");
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => seqs.length - i));
  expect(seqs.length).toBeGreaterThanOrEqual(whole.length);
  expect(await logs("&from=2030-01-01T00:00:00Z")).toEqual([]);
  expect(await logs("&action=no.such&success=true")).toEqual([]);
});

test("an export is CSV with a row for each", async () => {
  const csv = await service.call("/api/admin/audit-logs?format=csv&action=ruleset.publish", { as: "admin" });
  expect(csv.headers.get("content-type")).toContain("text/csv");
  const [header, ...lines] = String(csv.body).trimEnd().split("\r\n");
  expect(header).toBe("seq,at,livemode,actor,name,role,address,action,target,success,request_id,details,hash");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("local admin,admin,127.0.0.1,ruleset.publish,ruleset:live,true");
});

test("a query that is not understood is a 422 that names the parameter", async () => {
  const refused = await service.call("/api/admin/audit-logs?limit=0&who=me", { as: "admin" });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "invalid_query", errors: expect.arrayContaining([expect.objectContaining({ path: "limit" })]) },
  });
});

test("the chain's end is anchored in KV once a day, and a later run leaves the day's anchor alone", async () => {
  await service.schedule("0 * * * *");
  const env = (await service.server.getWorker().getEnv()) as { CONFIG: KVNamespace };
  const { keys } = await env.CONFIG.list({ prefix: "audit:head:" });
  expect(keys).toHaveLength(1);
  const name = keys[0]?.name ?? "";
  const anchor = JSON.parse((await env.CONFIG.get(name)) ?? "null");
  expect(await service.sql("select hash from audit_log where seq = $1", [anchor.seq])).toEqual([{ hash: anchor.hash }]);
  await service.publish();
  await service.schedule("0 * * * *");
  expect(JSON.parse((await env.CONFIG.get(name)) ?? "null")).toEqual(anchor);
});

test("the anchors can be fetched, to hold the log against them elsewhere", async () => {
  await service.schedule("0 * * * *");
  const { status, body } = await service.call("/api/admin/audit-logs/anchors", { as: "admin" });
  expect(status).toBe(200);
  const [anchor, ...rest] = body.anchors;
  expect(rest).toEqual([]);
  expect(anchor.day).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(await service.sql("select hash from audit_log where seq = $1", [anchor.seq])).toEqual([{ hash: anchor.hash }]);
});

test("a blocked decision is in the log once, however often it is recorded", async () => {
  const rule = {
    ...{ id: "B", name: "block", reason: "block", severity: "critical", mode: "live", score: 90 },
    conditions: { amount: { gt: 900 } },
    outcome: { atLeast: "block" },
  };
  const text = JSON.stringify({ name: "b", rules: [rule] });
  const published = await service.publish({ files: [{ name: "b.json", text }], features: null, message: "block" });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  const { body } = await service.call("/api/v1/analyze", { body: { transaction_id: "bad-1", type: "PAYMENT", amount: 999 } });
  expect(body.outcome).toBe("block");
  await service.call("/api/v1/analyze", { body: { transaction_id: "good-1", type: "PAYMENT", amount: 9 } });
  await service.schedule("* * * * *");
  await service.schedule("* * * * *");
  await soon("&action=fraud.found").toMatchObject([
    {
      actor: { id: "system" },
      target: `decision:${body.decision_id}`,
      details: { transaction_id: "bad-1", risk_score: body.risk_score, rules: ["b/B"], seq: published.body.seq },
    },
  ]);
});

test("an operator sees sizes, partitions, what waits and the slowest statements", async () => {
  await service.schedule("*/5 * * * *");
  const { status, body } = await service.call("/api/admin/db-health", { as: "readonly" });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ pending: 0, dead_letters: 0, unappended: 0 });
  expect(body.slowest_queries.length).toBeGreaterThan(0);
  expect(body.slowest_queries[0]).toMatchObject({ query: expect.any(String), calls: expect.any(Number), mean_ms: expect.any(Number) });
  expect(Date.parse(body.view_refreshed_at)).toBeGreaterThan(0);
  expect(body.tables.find(({ name }: Json) => name === "audit_log").size_bytes).toBeGreaterThan(0);
  expect(body.tables.filter(({ partition_of }: Json) => partition_of === "events").length).toBeGreaterThan(3);
});
