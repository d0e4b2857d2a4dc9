import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const REPORTS = "/api/admin/fraud-reports";
let service: TestService;
beforeAll(async () => {
  service = await startService({ REVIEW_HOURS: "2", REVIEW_ALLOW_BELOW: "750" });
  await service.publish();
  const rule = { id: "P", name: "Large", reason: "large_amount", severity: "high", score: 10, conditions: { amount: { gte: 500 } } };
  const file = { name: "probe", rules: [{ ...rule, outcome: { atLeast: "review" } }] };
  const published = await service.publish({
    files: [{ name: "probe.json", text: JSON.stringify(file) }],
    features: null,
    message: "reviews",
  });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  await service.sql(
    `insert into webhook_endpoints (id, livemode, name, kind, url, types, settings, secret, created_at, created_by)
      values ('shop', true, 'shop', 'standard', 'https://shop.example/hook', array['report.created', 'decision.reviewed', 'block.created'], '{}', 'none', now(), 'test')`,
  );
});
afterAll(() => service.close());
beforeEach(() => service.sql("truncate fraud_reports, report_findings, report_related, report_decisions, report_history, labels"));

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const open = async (body: Record<string, unknown> = {}): Promise<Json> => {
  const made = await staff(REPORTS, { body: { type: "ip_fraud", description: "many cards from one address", ...body } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const move = (id: string, to: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Reply> =>
  staff(`${REPORTS}/${id}/move`, { body: { to, ...more }, headers });
const read = async (id: string): Promise<Json> => (await staff(`${REPORTS}/${id}`)).body;
const list = async (query = ""): Promise<Json> => {
  const answer = await service.call(`${REPORTS}${query}`, { as: "readonly" });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const told = (type: string): Promise<Json[]> =>
  service.sql("select id, data, livemode from webhook_events where type = $1 order by 1", [type]);

let transactions = 0;
/** A decision `review`, recorded and with its case. */
const reviewed = async (body: Record<string, unknown> = {}, as: "api" | "test" = "api"): Promise<Json> => {
  const id = `t-${transactions++}`;
  const ip_address = `198.51.100.${transactions}`;
  const sent = {
    transaction_id: id,
    type: "PAYMENT",
    amount: 600,
    client_id: `c-${id}`,
    device_id: `dev-${id}`,
    ip_address,
  };
  const decided = await service.call("/api/v1/analyze", { as, body: { ...sent, ...body } });
  expect(decided.body.outcome).toBe("review");
  await service.schedule("* * * * *");
  const found = (await list(`?origin=review&livemode=${as === "api"}`)).reports.find(
    ({ id: report }: Json) => report === `review-${decided.body.decision_id}`,
  );
  return { decision: decided.body, report: found, ip_address };
};

test("a decision `review` opens one case with a deadline and a fallback, however often it is recorded, and tells of it", async () => {
  const { decision, report, ip_address } = await reviewed();
  expect(report).toMatchObject({
    ...{ type: "transaction_fraud", origin: "review", status: "pending", fallback: "allow", rule_id: "probe/P", livemode: true },
    entity: { type: "client", value: `c-${decision.transaction_id}` },
    allowed_moves: ["reviewing", "confirmed", "rejected"],
  });
  expect(Date.parse(report.deadline_at) - Date.parse(report.opened_at)).toBe(2 * 3_600_000);
  expect((await list(`?decision_id=${decision.decision_id}`)).reports).toMatchObject([{ id: report.id }]);
  expect((await list("?decision_id=none")).reports).toEqual([]);
  const detail = await read(report.id);
  expect(detail).toMatchObject({
    evidence: { transaction_id: decision.transaction_id, amount: 600, reasons: ["large_amount"] },
    decisions: [{ decision_id: decision.decision_id, outcome: "review", label: null }],
    related: { addresses: [ip_address], clients: [`c-${decision.transaction_id}`], devices: [`dev-${decision.transaction_id}`] },
  });
  expect((await told("report.created")).map(({ id }) => id)).toContain(`report.created:${report.id}`);
  // The other stage of the transaction joins the case.
  const second = await service.call("/api/v1/analyze", {
    body: {
      transaction_id: decision.transaction_id,
      stage: "post_auth",
      type: "PAYMENT",
      amount: 800,
      client_id: `c-${decision.transaction_id}`,
    },
  });
  expect(second.body.outcome).toBe("review");
  await service.schedule("* * * * *");
  expect((await list("?origin=review")).reports).toMatchObject([{ id: report.id, findings_count: 2, fallback: "block" }]);
});

test("confirming blocks: the shop is told, the decisions are labelled, whom it names is listed, all in one write", async () => {
  const { decision, report, ip_address } = await reviewed();
  const lists = [{ kind: "client" }, { kind: "ip", for: "1h" }, { kind: "email", value: "Mule@Example.com" }];
  const confirmed = await move(report.id, "confirmed", { resolution: "stolen card", lists }, { "if-match": '"1"' });
  expect(confirmed).toMatchObject({ status: 200, body: { status: "confirmed", resolution: "stolen card", version: 2, warnings: [] } });
  const detail = await read(report.id);
  expect(detail.decisions).toMatchObject([{ decision_id: decision.decision_id, label: "fraud" }]);
  expect(await service.sql("select label, source, labelled_by from labels")).toEqual([
    { label: "fraud", source: `report:${report.id}`, labelled_by: confirmed.body.decided_by },
  ]);
  expect(detail.history).toMatchObject([
    { action: "open", by: { id: "system:review" } },
    { action: "move", from: "pending", to: "confirmed", changes: { resolution: [null, "stolen card"] } },
  ]);
  const [event] = (await told("decision.reviewed")).filter(({ data }) => data.report_id === report.id);
  expect(event?.data).toMatchObject({
    ...{ transaction_id: decision.transaction_id, decision_id: decision.decision_id, final: "block" },
    by: confirmed.body.decided_by,
  });
  const blocks = await service.sql(
    "select kind, value, report_id, expires_at is null as lasts from list_entries where report_id = $1 order by 1",
    [report.id],
  );
  expect(blocks).toEqual([
    { kind: "client", value: `c-${decision.transaction_id}`, report_id: report.id, lasts: true },
    { kind: "email", value: "mule@example.com", report_id: report.id, lasts: true },
    { kind: "ip", value: ip_address, report_id: report.id, lasts: false },
  ]);
  const created = (await told("block.created")).map(({ data }) => data.target);
  expect(created.sort()).toEqual(["client", "email", "ip"]);
  // In force with the next decision.
  const next = await service.call("/api/v1/analyze", {
    body: { transaction_id: "after-confirm", type: "PAYMENT", amount: 5, client_id: `c-${decision.transaction_id}` },
  });
  expect(next.body.outcome).toBe("block");
  const rows = await service.sql("select action, details from audit_log where target = $1", [`report:${report.id}`]);
  expect(rows.map(({ action }) => action)).toContain("report.move");
  expect(JSON.stringify(rows)).not.toContain(`c-${decision.transaction_id}`);
});

test("rejecting allows, and a case opened again and closed otherwise is told again", async () => {
  const { decision, report } = await reviewed();
  expect((await move(report.id, "rejected")).status).toBe(200);
  expect((await move(report.id, "resolved", { resolution: "customer called" })).status).toBe(200);
  expect((await move(report.id, "reviewing")).body).toMatchObject({ status: "reviewing", deadline_at: null, version: 4, resolution: null });
  expect((await move(report.id, "confirmed")).status).toBe(200);
  const events = (await told("decision.reviewed")).filter(({ data }) => data.transaction_id === decision.transaction_id);
  expect(events.map(({ data }) => data.final).sort()).toEqual(["allow", "block"]);
  expect((await read(report.id)).decisions).toMatchObject([{ label: "fraud" }]);
  expect((await service.sql("select label from labels order by id")).map(({ label }) => label)).toEqual(["legitimate", "fraud"]);
});

test("a forbidden move is refused with the reason and what is allowed", async () => {
  const { id } = await open();
  expect(await move(id, "resolved")).toMatchObject({
    status: 409,
    body: {
      code: "move_not_allowed",
      detail: "a report that is `pending` may be moved to `reviewing` or `confirmed` or `rejected`, not to `resolved`",
      allowed: ["reviewing", "confirmed", "rejected"],
    },
  });
  expect(await move("nobody", "confirmed")).toMatchObject({ status: 404 });
  expect(await move(id, "closed")).toMatchObject({ status: 422, body: { errors: [{ path: "to" }] } });
  expect(await move(id, "rejected", { lists: [{ kind: "ip", value: "192.0.2.77" }] })).toMatchObject({
    status: 422,
    body: { errors: [{ code: "not_confirmed", path: "lists" }] },
  });
  expect((await read(id)).version).toBe(1);
});

test("who moves or edits an older version is told the state, who changed it and what differs", async () => {
  const { id } = await open();
  expect(
    (await staff(`${REPORTS}/${id}`, { method: "PATCH", body: { assignee: "me", severity: "high", note: "mine" } })).body,
  ).toMatchObject({
    severity: "high",
    version: 2,
  });
  const late = await service.call(`${REPORTS}/${id}/move`, { as: "admin", body: { to: "resolved", version: 1 } });
  expect(late).toMatchObject({
    status: 409,
    body: { code: "changed_meanwhile", current: { status: "pending", severity: "high", version: 2 } },
  });
  expect(late.body.difference).toContainEqual({ field: "status", yours: "resolved", current: "pending" });
  const edit = { method: "PATCH", body: { notes: "x" }, headers: { "if-match": '"1"' } };
  expect(await staff(`${REPORTS}/${id}`, edit)).toMatchObject({ status: 409, body: { code: "changed_meanwhile" } });
  const detail = await read(id);
  expect(detail.history.at(-1)).toMatchObject({ action: "edit", note: "mine", changes: { severity: ["medium", "high"] } });
  expect(detail.assignee).toBe(detail.history.at(-1).by.id);
  expect(await staff(`${REPORTS}/${id}`, { method: "PATCH", body: {} })).toMatchObject({
    status: 422,
    body: { errors: [{ code: "no_change" }] },
  });
});

test("a report by hand names whom it is about in canonical form, and decisions that there are", async () => {
  const { decision, ip_address } = await reviewed();
  const made = await open({
    entity: { type: "user", value: "  mule-7 " },
    addresses: ["::ffff:203.0.113.9", "203.0.113.9"],
    decision_ids: [decision.decision_id],
    evidence: { cards: 4 },
    notes: "called the bank",
  });
  expect(made).toMatchObject({
    ...{ origin: "hand", status: "pending", entity: { type: "client", value: "mule-7" }, evidence: { cards: 4 }, notes: "called the bank" },
    related: { addresses: [ip_address, "203.0.113.9"], clients: [`c-${decision.transaction_id}`, "mule-7"] },
    decisions: [{ decision_id: decision.decision_id }],
  });
  const refused = await staff(REPORTS, {
    body: {
      type: "ip_fraud",
      description: "x",
      addresses: ["300.1.1.1"],
      decision_ids: ["none"],
      entity: { type: "country", value: "Germany" },
    },
  });
  expect(refused.body.errors.map(({ path }: Json) => path)).toEqual(["entity.value", "addresses[0]", "decision_ids[0]"]);
});

test("a card number is refused wherever it stands, and named by its field alone", async () => {
  const card = "4111 1111 1111 1111";
  const bodies = [
    { description: `paid with ${card} twice` },
    { evidence: { deep: [{ text: "4111-1111-1111-1111" }] } },
    { evidence: { n: 4111111111111111 } },
    { notes: card },
  ];
  for (const body of bodies) {
    const answer = await staff(REPORTS, { body: { type: "ip_fraud", description: "x", ...body } });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).not.toMatch(/4111/);
  }
  const { id } = await open({ description: "order 1763731200000 of device 353012345678901" });
  expect(await move(id, "rejected", { note: card })).toMatchObject({ status: 422, body: { errors: [{ path: "note" }] } });
});

describe("lists of a confirmed report", () => {
  test("a kind it does not name, an end of a named list and one's own address are refused", async () => {
    const { id } = await open();
    expect(await move(id, "confirmed", { lists: [{ kind: "card" }] })).toMatchObject({
      status: 422,
      body: { errors: [{ code: "names_none", path: "lists[0]" }] },
    });
    expect(await move(id, "confirmed", { lists: [{ kind: "ip", value: "10.0.0.1" }] })).toMatchObject({
      status: 422,
      body: { code: "confirm_needed" },
    });
    expect(await move(id, "confirmed", { lists: [{ kind: "ip", value: "10.0.0.1" }], confirm: true })).toMatchObject({ status: 200 });
  });

  test("what is listed already stays as it is, and does not stand in the way", async () => {
    const first = await open({ clients: ["twice-listed"] });
    const second = await open({ clients: ["twice-listed"] });
    expect((await move(first.id, "confirmed", { lists: [{ kind: "client" }] })).status).toBe(200);
    expect((await move(second.id, "confirmed", { lists: [{ kind: "client" }] })).status).toBe(200);
    const entries = await service.sql("select id, report_id from list_entries where value = 'twice-listed'");
    expect(entries).toMatchObject([{ report_id: first.id }]);
    const created = (await told("block.created")).filter(({ data }) => data.reason.includes(second.id));
    expect(created).toEqual([]);
  });

  test("a named list is extended with the report, or neither is changed", async () => {
    const made = await staff("/api/admin/fraud-lists", { body: { name: "mules", type: "id", entries: ["old"] } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { id } = await open({ clients: ["mule-1"], devices: ["mule-dev"] });
    const lists = [
      { kind: "client", list: "mules" },
      { kind: "device", list: "mules" },
    ];
    expect(await move(id, "confirmed", { lists: [...lists, { kind: "client", list: "nowhere" }] })).toMatchObject({ status: 404 });
    expect(await move(id, "confirmed", { lists, version: 7 })).toMatchObject({ status: 409, body: { code: "changed_meanwhile" } });
    const moved = await move(id, "confirmed", { lists });
    expect(moved, JSON.stringify(moved.body)).toMatchObject({ status: 200, body: { status: "confirmed", version: 2 } });
    const list = (await staff("/api/admin/fraud-lists/mules")).body;
    expect(list).toMatchObject({ count: 3, version: 2 });
    expect([...list.entries].sort()).toEqual(["mule-1", "mule-dev", "old"]);
  });

  test("reports confirmed at once into one list lose none", async () => {
    await staff("/api/admin/fraud-lists", { body: { name: "crowd", type: "id", entries: [] } });
    const reports = await Promise.all(Array.from({ length: 5 }, (_, n) => open({ clients: [`crowd-${n}`] })));
    const moved = await Promise.all(reports.map(({ id }) => move(id, "confirmed", { lists: [{ kind: "client", list: "crowd" }] })));
    expect(moved.map(({ status, body }) => [status, body.code])).toEqual(Array(5).fill([200, undefined]));
    expect((await staff("/api/admin/fraud-lists/crowd")).body).toMatchObject({ count: 5 });
  });
});

test("is found by type, severity, status, origin, assignee, time and text, page by page, each world for itself", async () => {
  const made: Json[] = [];
  for (let n = 0; n < 5; n++)
    made.push(
      await open({
        severity: n < 2 ? "low" : "critical",
        description: `case ${n} 100% sure_thing`,
        type: n === 4 ? "geo_fraud" : "ip_fraud",
      }),
    );
  await open({ livemode: false, description: "other world" });
  await open({ description: "100 percent surexthing", addresses: ["203.0.113.45"] });
  const ids = async (query: string) => (await list(query)).reports.map(({ description }: Json) => description.split(" ")[1]);
  expect(await ids("?severity=low")).toEqual(["1", "0"]);
  expect(await ids("?type=geo_fraud,device_fraud")).toEqual(["4"]);
  expect(await ids("?q=100%25")).toEqual(["4", "3", "2", "1", "0"]);
  expect(await ids("?q=SURE_")).toEqual(["4", "3", "2", "1", "0"]);
  expect(await ids("?q=0.113.4")).toEqual(["percent"]);
  expect(await ids("?q=%25%25")).toEqual([]);
  expect(await ids("?value=203.0.113.45")).toEqual(["percent"]);
  expect((await list("?livemode=false")).reports).toMatchObject([{ description: "other world" }]);
  await move(made[3].id, "reviewing");
  expect(await ids("?status=reviewing")).toEqual(["3"]);
  expect((await staff(`${REPORTS}?assignee=me`)).body.reports).toMatchObject([{ id: made[3].id }]);
  const today = made[0].opened_at.slice(0, 10);
  expect(await ids(`?from=${today}&to=${today}&origin=hand&limit=500`)).toHaveLength(6);
  expect(await ids(`?to=${encodeURIComponent(made[2].opened_at)}`)).toEqual(["1", "0"]);
  const pages: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page: Json = await list(`?limit=2${next === "" ? "" : `&before=${next}`}`);
    pages.push(...page.reports.map(({ id }: Json) => id));
    next = page.next;
  }
  expect(new Set(pages).size).toBe(6);
  expect(pages).toHaveLength(6);
  for (const query of ["?status=open", "?before=x", "?limit=0", "?from=yesterday", "?colour=red"])
    expect((await service.call(`${REPORTS}${query}`, { as: "readonly" })).status).toBe(422);
});

test("many are handled one by one: who is refused keeps no other from being done", async () => {
  const [a, b, c] = [await open(), await open(), await open()];
  await move(b.id, "confirmed");
  const body = {
    reports: [a.id, { id: b.id, version: 2 }, { id: c.id, version: 9 }, "nobody", a.id],
    move: { to: "rejected", resolution: "sale of the day" },
  };
  const answer = await staff(`${REPORTS}/bulk`, { body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { done: 1, refused: 3 } });
  expect(answer.body.results.map(({ id, done, code }: Json) => [id, done, code])).toEqual([
    [a.id, true, null],
    [b.id, false, "move_not_allowed"],
    [c.id, false, "changed_meanwhile"],
    ["nobody", false, "not_found"],
  ]);
  const edited = await staff(`${REPORTS}/bulk`, { body: { reports: [a.id, c.id], edit: { assignee: "me", severity: "critical" } } });
  expect(edited.body).toMatchObject({ done: 2, results: [{ report: { severity: "critical" } }, { report: { severity: "critical" } }] });
  const both = { reports: [a.id], move: { to: "resolved" }, edit: { severity: "low" } };
  for (const wrong of [{ reports: [], edit: { severity: "low" } }, both, { reports: [a.id] }])
    expect((await staff(`${REPORTS}/bulk`, { body: wrong })).status).toBe(422);
  expect(
    (await staff(`${REPORTS}/bulk`, { body: { reports: Array.from({ length: 201 }, (_, n) => `r${n}`), move: { to: "rejected" } } }))
      .status,
  ).toBe(422);
});

test("what nobody decided by the deadline ends as its fallback says, is told, and labels nothing", async () => {
  const small = await reviewed();
  const large = await reviewed({ amount: 900 });
  const waiting = await reviewed();
  await service.sql("update fraud_reports set deadline_at = now() - interval '1 second' where id = any($1)", [
    [small.report.id, large.report.id],
  ]);
  await service.schedule("* * * * *");
  expect(await read(small.report.id)).toMatchObject({ status: "rejected", decided_by: "system:deadline" });
  expect(await read(large.report.id)).toMatchObject({ status: "confirmed", resolution: "nobody decided by the deadline: block" });
  expect(await read(waiting.report.id)).toMatchObject({ status: "pending" });
  const finals = (await told("decision.reviewed")).map(({ data }) => [data.transaction_id, data.final, data.by]);
  expect(finals).toContainEqual([small.decision.transaction_id, "allow", "system:deadline"]);
  expect(finals).toContainEqual([large.decision.transaction_id, "block", "system:deadline"]);
  expect(await service.sql("select * from labels")).toEqual([]);
  const [row] = await service.sql("select actor, action, success from audit_log where target = $1", [`report:${large.report.id}`]);
  expect(row).toEqual({ actor: "system:deadline", action: "report.move", success: true });
  const before = (await told("decision.reviewed")).length;
  await service.schedule("* * * * *");
  expect(await told("decision.reviewed")).toHaveLength(before);
});

test("a key of the test world sees, makes and moves reports of that world alone", async () => {
  const { id } = await open();
  const { report } = await reviewed({}, "test");
  expect(report.livemode).toBe(false);
  expect(await told("report.created")).not.toContainEqual(expect.objectContaining({ id: `report.created:${report.id}` }));
  expect((await list("?livemode=true")).reports.map((one: Json) => one.id)).toEqual([id]);
  expect((await read(report.id)).id).toBe(report.id);
});

test("a rule that an open report names is not deleted", async () => {
  const { report } = await reviewed();
  const draft = await staff("/api/admin/fraud-rules/draft");
  const remove = (): Promise<Reply> =>
    staff(`/api/admin/fraud-rules/${encodeURIComponent("probe/P")}`, {
      method: "DELETE",
      text: "{}",
      headers: { "if-match": `"${draft.body.version}"` },
    });
  expect(await remove()).toMatchObject({
    status: 409,
    body: { code: "rule_in_use", dependents: expect.arrayContaining([{ kind: "report", file: null, name: report.id }]) },
  });
  await service.sql("update fraud_reports set status = 'rejected'");
  await vi.waitFor(async () => expect((await remove()).body.code).not.toBe("rule_in_use"));
});
