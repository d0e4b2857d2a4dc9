import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Call, type Reply, startService, type TestService } from "../support/service.ts";

const API = "/api/admin/fraud-rules";
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const ask = (path: string, call: Call = {}): Promise<Reply> => service.call(`${API}${path}`, { as: "analyst", ...call });
const draftVersion = async (): Promise<number> => (await ask("/draft")).body.version;
let decisions = 0;
const decide = (fields: Record<string, unknown> = {}): Promise<Reply> =>
  service.call("/api/v1/analyze", { body: { transaction_id: `w-${decisions++}`, type: "PAYMENT", amount: 20, ...fields } });

const aRule = (id: string, changes: Record<string, unknown> = {}) => ({
  ...{ id, name: `Rule ${id}`, reason: "probe", severity: "low", mode: "live", score: 10, conditions: { amount: { gte: 1 } } },
  ...changes,
});
/** Spaced by hand, so that what an edit leaves alone can be seen. */
const PROBE = `{
    "name": "probe",
    "define": {"large": {"amount": {"gt": 500}}},
    "rules": [
        {"id": "P1",   "name": "One", "reason": "one", "severity": "low", "score": 5, "conditions": {"amount": {"gte": 1}}},
        {"id": "P2",   "name": "Two", "reason": "two", "severity": "high", "score": 7, "conditions": {"large": true}}
    ]
}
`;
const cases = (score: Record<string, unknown> = { fires: ["P1"] }) => ({
  name: "probe.json",
  text: JSON.stringify({ ruleset: "probe", cases: [{ name: "twenty fires P1", type: "PAYMENT", facts: { amount: 20 }, ...score }] }),
});
const publishProbe = async (changes: Record<string, unknown> = {}): Promise<Reply> => {
  const answer = await ask("/publish", {
    body: { files: [{ name: "probe.json", text: PROBE }], cases: [cases()], message: "probe", ...changes },
  });
  return answer;
};
/** The probe is live and the draft is it. */
async function begin(): Promise<number> {
  const published = await publishProbe();
  expect(published.status).toBe(200);
  await ask("/draft/reset", { body: { version: await draftVersion() } });
  return published.body.seq;
}

test("before anything is published the draft is empty, and whole files can be put into it", async () => {
  expect((await ask("/draft")).body).toMatchObject({ version: 0, base_seq: 0, live_seq: null, edited: false, files: [] });
  expect(await ask("/rollback", { body: { to: 1 } })).toMatchObject({ status: 404, body: { detail: "nothing is live yet" } });
  const { message: _, ...sources } = defaultRuleset();
  const put = await ask("/draft", { method: "PUT", body: { ...sources, version: 0 } });
  expect(put).toMatchObject({ status: 200, body: { version: 1, faults: [] } });
  const published = await ask("/publish", { body: { message: "the first" } });
  expect(published).toMatchObject({ status: 200, body: { seq: 1 } });
  expect((await ask("/draft")).body).toMatchObject({ version: 1, base_seq: 1, live_seq: 1, edited: false, files: sources.files });
  expect((await ask("/diff")).body).toMatchObject({ same: true, rules: [] });
});

describe("single rules of the draft", () => {
  test("are added, changed, ordered and deleted, each under the draft's version", async () => {
    await begin();
    let version = await draftVersion();
    const added = await ask("", { body: { file: "probe", rule: aRule("P3"), version } });
    expect(added).toMatchObject({ status: 201, body: { id: "probe/P3", version: version + 1, faults: [], rule: aRule("P3") } });
    expect(added.headers.get("etag")).toBe(`"${version + 1}"`);
    const changed = await ask("/P3", {
      method: "PUT",
      body: { rule: aRule("P3", { score: 12 }) },
      headers: { "if-match": `"${version + 1}"` },
    });
    expect(changed).toMatchObject({ status: 200, body: { rule: { score: 12 } } });
    const ordered = await ask("/reorder", { body: { file: "probe.json", ids: ["P3", "probe/P1", "P2"], version: version + 2 } });
    expect(ordered).toMatchObject({ status: 200, body: { ids: ["P3", "P1", "P2"] } });
    const listed = await ask("?q=RULE%20p3");
    expect(listed.body).toMatchObject({ version: version + 3, rules: [{ id: "probe/P3", file: "probe.json", difference: "added" }] });
    expect((await ask("?severity=high")).body.rules).toMatchObject([{ id: "probe/P2" }]);
    version = await draftVersion();
    const gone = await ask("/probe%2FP3", { method: "DELETE", headers: { "if-match": String(version) } });
    expect(gone).toMatchObject({ status: 200, body: { id: "probe/P3", version: version + 1 } });
    expect((await ask("/draft")).body.files[0].text).toBe(PROBE);
  });

  test("keep the formatting of what an edit does not touch", async () => {
    await begin();
    const rule = { ...(await ask("/P2")).body.rule, score: 9 };
    expect((await ask("/P2", { method: "PUT", body: { rule, version: await draftVersion() } })).status).toBe(200);
    expect((await ask("/draft")).body.files[0].text).toBe(PROBE.replace('"score": 7', '"score": 9'));
  });

  test("may be unfinished: what does not check is saved and told", async () => {
    await begin();
    const rule = aRule("P1", { conditions: { amout: { gt: 1 } } });
    const saved = await ask("/P1", { method: "PUT", body: { rule, version: await draftVersion() } });
    expect(saved).toMatchObject({ status: 200, body: { faults: [{ code: "unknown_feature", file: "probe.json" }] } });
    expect(saved.body.faults[0].message).toContain("did you mean `amount`");
    expect(await ask("/publish", { body: {} })).toMatchObject({ status: 422, body: { code: "ruleset_refused" } });
    expect((await ask("/check", { body: {} })).body).toMatchObject({ ok: false, faults: [{ code: "unknown_feature" }] });
  });

  test("whose form is wrong are refused with the path", async () => {
    await begin();
    const version = await draftVersion();
    const refused = await ask("", { body: { file: "probe", rule: aRule("P9", { score: "ten", colour: "red" }), version } });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "rule.score" }, { path: "rule" }] } });
    expect(await ask("", { body: { file: "prob", rule: aRule("P9"), version } })).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("did you mean `probe`") },
    });
    expect(await ask("", { body: { file: "probe", rule: aRule("P1"), version } })).toMatchObject({
      status: 409,
      body: { code: "name_taken" },
    });
    expect(await ask("/P8")).toMatchObject({ status: 404, body: { detail: expect.stringContaining("did you mean") } });
    expect(await ask("/P1", { method: "PUT", body: { rule: aRule("P1") } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "version" }] },
    });
    const deep = `${'{"not":'.repeat(5_000)}1${"}".repeat(5_000)}`;
    const text = JSON.stringify({ file: "probe", rule: aRule("P9", { conditions: {} }), version }).replace(
      '"conditions":{}',
      `"conditions":${deep}`,
    );
    expect((await ask("", { text })).status).toBe(422);
  });

  test("are not deleted while a case or a snooze names them", async () => {
    await begin();
    const version = await draftVersion();
    const refused = await ask("/P1", { method: "DELETE", headers: { "if-match": String(version) } });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "rule_in_use", dependents: [{ kind: "case", file: "probe.json", name: "twenty fires P1" }] },
    });
    expect((await ask("/P1")).body.dependents).toHaveLength(1);
    expect(await draftVersion()).toBe(version);
  });

  test("are not deleted while a block that they made is in force", async () => {
    await begin();
    await service.sql(
      `insert into list_entries (id, livemode, verdict, kind, value, reason, source, created_by, created_at, expires_at, rule_id)
       values ('b1', true, 'block', 'client', 'c-blocked', 'probe', 'auto', 'rule', now(), now() + interval '1 hour', 'probe/P2')`,
    );
    const remove = async () => ask("/P2", { method: "DELETE", headers: { "if-match": String(await draftVersion()) } });
    expect(await remove()).toMatchObject({ status: 409, body: { dependents: [{ kind: "block", file: null, name: "b1" }] } });
    await service.sql("update list_entries set expires_at = now() - interval '1 minute' where id = 'b1'");
    expect(await remove()).toMatchObject({ status: 200 });
  });

  test("leave an audit row each, with the rule before and after", async () => {
    await begin();
    await ask("", { body: { file: "probe", rule: aRule("P7"), version: await draftVersion() } });
    await ask("/P7", { method: "PUT", body: { rule: aRule("P7", { score: 3 }), version: await draftVersion() } });
    await ask("/P7", { method: "DELETE", headers: { "if-match": String(await draftVersion()) } });
    const { body } = await service.call("/api/admin/audit-logs?target=rule:probe/P7", { as: "admin" });
    expect(body.rows.map((row: { action: string }) => row.action)).toEqual(["rule.delete", "rule.update", "rule.create"]);
    expect(body.rows[1].details).toMatchObject({ before: { score: 10 }, after: { score: 3 } });
    expect(body.rows[0].details).toMatchObject({ before: { id: "P7" }, after: null });
  });
});

test("a whole draft names each file once and a version that exists", async () => {
  await begin();
  const { files, cases, features, version } = (await ask("/draft")).body;
  const put = (changes: Record<string, unknown>) => ask("/draft", { method: "PUT", body: { files, cases, features, version, ...changes } });
  expect(await put({ files: [...files, ...files] })).toMatchObject({ status: 422, body: { errors: [{ path: "files[1].name" }] } });
  expect(await put({ base_seq: 9_999 })).toMatchObject({ status: 422, body: { errors: [{ path: "base_seq", code: "unknown_version" }] } });
  expect(await put({})).toMatchObject({ status: 200, body: { version: version + 1 } });
});

test("named conditions and features are edited beside the rules", async () => {
  await begin();
  const put = await ask("/defines/probe/tiny", {
    method: "PUT",
    body: { condition: { amount: { lt: 1 } }, version: await draftVersion() },
  });
  expect(put).toMatchObject({ status: 200, body: { name: "tiny", faults: [] } });
  const removed = await ask("/defines/probe/large", { method: "DELETE", headers: { "if-match": String(await draftVersion()) } });
  expect(removed).toMatchObject({ status: 200, body: { faults: [{ path: "rules[1].conditions.large" }] } });
  expect((await ask("/diff")).body.defines).toMatchObject([
    { name: "probe/tiny", kind: "added" },
    { name: "probe/large", kind: "removed" },
  ]);
  const { features } = (await ask("/features")).body;
  const declared = JSON.stringify({ ...JSON.parse(features), double_amount: { op: "multiply", of: ["amount", 2] } });
  const changed = await ask("/features", { method: "PUT", body: { features: declared, version: await draftVersion() } });
  expect(changed.body.difference).toMatchObject([{ name: "double_amount", kind: "added" }]);
  expect((await ask("/diff")).body.features).toMatchObject([{ name: "double_amount", kind: "added" }]);
});

describe("two editors of one draft", () => {
  test("the second is told the state, who made it and where it differs", async () => {
    await begin();
    const version = await draftVersion();
    expect((await ask("/P1", { method: "PUT", body: { rule: aRule("P1", { score: 1 }), version } })).status).toBe(200);
    const second = await service.call(`${API}/P1`, { as: "admin", method: "PUT", body: { rule: aRule("P1", { score: 2 }), version } });
    expect(second).toMatchObject({
      status: 409,
      body: {
        code: "changed_meanwhile",
        current: { score: 1, version: version + 1 },
        difference: [{ field: "score", yours: 2, current: 1 }],
      },
    });
    expect(second.body.changed_by.name).toContain("analyst");
  });

  test("who replaces the whole draft is told rule by rule", async () => {
    await begin();
    const { files, cases, features, version } = (await ask("/draft")).body;
    await ask("", { body: { file: "probe", rule: aRule("P5"), version } });
    const second = await ask("/draft", { method: "PUT", body: { files, cases, features, version } });
    expect(second).toMatchObject({ status: 409, body: { difference: { rules: [{ id: "probe/P5", kind: "removed" }] } } });
  });
});

describe("a publish", () => {
  test("is refused while a case fails, and names each failure", async () => {
    const seq = await begin();
    const refused = await publishProbe({ cases: [cases({ fires: ["P2"], outcome: "block" })] });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "cases_failed", cases: [{ file: "probe.json", name: "twenty fires P1" }] },
    });
    expect(refused.body.errors.map(({ message }: { message: string }) => message)).toEqual([
      "`P2` should be fired, is silent",
      "the outcome should be block, is allow",
    ]);
    expect((await decide()).body.versions.seq).toBe(seq);
  });

  test("warns of live rules that no case covers", async () => {
    const published = await publishProbe();
    expect(published.body.warnings).toMatchObject([{ code: "uncovered", path: "probe/P2" }]);
    const tested = await ask("/test", { body: { cases: [cases({ silent: ["P1"] })] } });
    expect(tested.body).toMatchObject({ failed: 1, uncovered: ["probe/P1", "probe/P2"] });
  });

  test("of a draft made from an older version is a conflict that says who published what since, unless it names the live one", async () => {
    await begin();
    await ask("/P1", { method: "PUT", body: { rule: aRule("P1", { score: 1 }), version: await draftVersion() } });
    const other = await publishProbe({ files: [{ name: "probe.json", text: PROBE.replace('"score": 7', '"score": 8') }], message: "hers" });
    const refused = await ask("/publish", { body: { message: "mine" } });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: "base_moved",
        live: { seq: other.body.seq, message: "hers" },
        difference: { rules: [{ id: "probe/P2", kind: "changed", fields: [{ field: "score", from: 7, to: 8 }] }] },
      },
    });
    expect(await ask("/publish", { body: { message: "mine", version: other.body.seq } })).toMatchObject({ status: 200 });
    expect((await ask("/draft")).body).toMatchObject({ base_seq: other.body.seq + 1, edited: false });
  });

  test("of a draft that is not the one that was looked at is refused", async () => {
    await begin();
    const draft = await draftVersion();
    await ask("/P1", { method: "PUT", body: { rule: aRule("P1", { score: 1 }), version: draft } });
    expect(await ask("/publish", { body: { draft } })).toMatchObject({
      status: 422,
      body: { errors: [{ code: "draft_moved", path: "draft" }] },
    });
  });
});

describe("history", () => {
  test("tells every version with its sources, and what any two say differently", async () => {
    const first = await begin();
    const files = [{ name: "probe.json", text: PROBE.replace('"score": 7', '"score": 8') }];
    const second = (await publishProbe({ files, message: "eight" })).body.seq;
    const page = await ask("/history?limit=1");
    expect(page.body).toMatchObject({ versions: [{ seq: second, kind: "publish", message: "eight", parent: second - 1 }], next: second });
    expect((await ask(`/history?limit=1&before=${second}`)).body.versions).toMatchObject([{ seq: second - 1 }]);
    expect((await ask(`/versions/${second}`)).body).toMatchObject({ sources: { files, cases: [cases()] }, compiled: { format: 1 } });
    const difference = (await ask(`/diff?from=${first}&to=${second}`)).body;
    expect(difference.rules).toEqual([{ id: "probe/P2", kind: "changed", fields: [{ field: "score", from: 7, to: 8 }] }]);
    expect(await ask("/versions/99999")).toMatchObject({ status: 404 });
    expect(await ask("/diff?from=yesterday")).toMatchObject({ status: 422, body: { errors: [{ path: "from" }] } });
  });

  test("comes back: a rollback is a new version with the old rules, on the next decision, and an edited draft stays", async () => {
    const first = await begin();
    await publishProbe({ files: [{ name: "probe.json", text: PROBE.replace('"score": 5', '"score": 50') }] });
    expect((await decide()).body.rules).toMatchObject([{ id: "probe/P1", points: 50 }]);
    await ask("/P2", { method: "PUT", body: { rule: aRule("P2"), version: await draftVersion() } });
    const draft = (await ask("/draft")).body;
    const back = await ask("/rollback", { body: { to: first, message: "too much" } });
    expect(back).toMatchObject({ status: 200, body: { to: first } });
    const { body } = await decide();
    expect(body).toMatchObject({ rules: [{ id: "probe/P1", points: 5 }], versions: { seq: back.body.seq } });
    expect((await ask("/draft")).body).toEqual({ ...draft, live_seq: back.body.seq });
    expect((await ask("/history?limit=1")).body.versions).toMatchObject([{ kind: "rollback", message: "too much" }]);
    expect((await ask(`/diff?from=${first}&to=live`)).body.same).toBe(true);
    expect(await ask("/rollback", { body: { to: back.body.seq } })).toMatchObject({ status: 422, body: { errors: [{ code: "is_live" }] } });
  });

  test("keeps lists and models that the manifest names", async () => {
    await begin();
    const hash = "a".repeat(64);
    const [{ seq, content }] = (await service.sql("select seq, content from manifests order by seq desc limit 1")) as [
      { seq: string; content: Record<string, unknown> },
    ];
    await service.sql("update manifests set content = $2::json where seq = $1", [
      seq,
      JSON.stringify({ ...content, models: { risk: hash } }),
    ]);
    await publishProbe({ message: "after the model" });
    const [now] = await service.sql("select content from manifests order by seq desc limit 1");
    expect(now?.content).toMatchObject({ models: { risk: hash }, lists: {} });
  });
});

describe("the kill switch", () => {
  test("turns a rule off on the next decision, in the live set and in the edited draft, which can be published after", async () => {
    await begin();
    await ask("/P2", { method: "PUT", body: { rule: aRule("P2", { score: 1 }), version: await draftVersion() } });
    expect((await decide()).body.rules).toMatchObject([{ id: "probe/P1" }]);
    const killed = await ask("/P1/kill", { body: { message: "it blocks everybody" } });
    expect(killed).toMatchObject({ status: 200, body: { id: "probe/P1", was: "live" } });
    const { body } = await decide();
    expect(body).toMatchObject({ rules: [], versions: { seq: killed.body.seq } });
    const draft = (await ask("/draft")).body;
    expect(draft).toMatchObject({ base_seq: killed.body.seq, edited: true });
    expect((await ask("/P1")).body).toMatchObject({ rule: { mode: "off" }, live: { mode: "off" }, difference: "same" });
    expect((await ask("/diff")).body.rules).toMatchObject([{ id: "probe/P2" }]);
    expect(await ask("/P1/kill", { body: {} })).toMatchObject({ status: 422, body: { errors: [{ code: "is_off" }] } });
    expect(await ask("/P9/kill", { body: {} })).toMatchObject({ status: 404 });
    // The case expects P1 to fire: an off rule is one more thing to settle before the next publish, and never before a kill.
    expect(await ask("/publish", { body: {} })).toMatchObject({ status: 422, body: { code: "cases_failed" } });
  });

  test("works while the draft holds a file that cannot be read, and leaves that draft behind", async () => {
    const seq = await begin();
    const { cases: kept, features } = (await ask("/draft")).body;
    const version = await draftVersion();
    await ask("/draft", { method: "PUT", body: { files: [{ name: "probe.json", text: "{" }], cases: kept, features, version } });
    expect((await ask("/probe%2FP2/kill", { body: {} })).status).toBe(200);
    expect((await ask("/draft")).body).toMatchObject({ base_seq: seq, edited: true, files: [{ text: "{" }] });
  });
});

describe("a snooze", () => {
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const aSnooze = (changes: Record<string, unknown> = {}) => ({
    ...{ type: "client", value: "c-spared", reason: "a tester", rules: ["P1"], expiresAt: inDays(1) },
    ...changes,
  });

  test("silences its rules for one client on the next decision, and is ended early", async () => {
    await begin();
    const made = await ask("/snoozes", { body: aSnooze() });
    expect(made).toMatchObject({ status: 201, body: { rules: ["probe/P1"], active: true } });
    expect((await decide({ client_id: "c-spared" })).body.rules).toEqual([]);
    expect((await decide({ client_id: "c-other" })).body.rules).toMatchObject([{ id: "probe/P1" }]);
    expect((await ask("/snoozes")).body.snoozes).toMatchObject([{ id: made.body.id, value: "c-spared" }]);
    expect((await ask("/diff")).body.same).toBe(true);
    expect(await ask("/snoozes", { body: aSnooze({ expiresAt: made.body.expires_at }) })).toMatchObject({ status: 409 });
    const ended = await ask(`/snoozes/${made.body.id}`, { method: "DELETE" });
    expect(ended).toMatchObject({ status: 200, body: { id: made.body.id } });
    expect((await decide({ client_id: "c-spared" })).body.rules).toMatchObject([{ id: "probe/P1" }]);
    expect((await ask("/draft")).body).toMatchObject({ edited: false });
    expect(await ask(`/snoozes/${made.body.id}`, { method: "DELETE" })).toMatchObject({ status: 404 });
  });

  test("needs an end within 90 days, a rule that is live and a value that fits", async () => {
    await begin();
    const refused = async (changes: Record<string, unknown>): Promise<unknown> =>
      (await ask("/snoozes", { body: aSnooze(changes) })).body.errors;
    expect(await refused({ expiresAt: inDays(-1) })).toMatchObject([{ path: "expiresAt", message: "must be in the future" }]);
    expect(await refused({ expiresAt: inDays(91) })).toMatchObject([{ path: "expiresAt" }]);
    expect(await refused({ expiresAt: undefined })).toMatchObject([{ path: "expiresAt" }]);
    expect(await refused({ rules: ["P77"] })).toMatchObject([{ path: "rules[0]", code: "unknown_rule" }]);
    expect(await refused({ type: "ip", value: "not an address" })).toMatchObject([{ code: "wrong_type", path: "whitelist[0].value" }]);
  });
});

describe("with `policy.requireApproval`", () => {
  const guarded = PROBE.replace('"name": "probe",', '"name": "probe", "policy": {"requireApproval": true},');
  const publish = (text: string, as: "admin" | "analyst") =>
    service.call(`${API}/publish`, { as, body: { files: [{ name: "probe.json", text }], cases: [cases()], message: "please" } });

  test("a publish waits for another person, who publishes exactly that", async () => {
    expect((await publish(guarded, "analyst")).status, "the set in force does not ask for it yet").toBe(200);
    const live = (await decide()).body.versions.seq;
    const parked = await publish(guarded.replace('"score": 5', '"score": 6'), "analyst");
    expect(parked).toMatchObject({ status: 202, body: { approval: expect.any(String) } });
    expect((await decide()).body.versions.seq).toBe(live);
    const path = `${API}/approvals/${parked.body.approval}`;
    expect(await service.call(`${path}/approve`, { as: "analyst", body: {} })).toMatchObject({
      status: 403,
      body: { code: "own_approval" },
    });
    expect((await service.call(path, { as: "admin" })).body).toMatchObject({
      state: "pending",
      difference: { rules: [{ id: "probe/P1", fields: [{ field: "score", from: 5, to: 6 }] }] },
    });
    const stale = { files: [{ name: "probe.json", text: guarded }], version: live - 1 };
    expect(await ask("/publish", { body: stale })).toMatchObject({ status: 409, body: { current: { version: live } } });
    const approved = await service.call(`${path}/approve`, { as: "admin", body: { note: "looks right" } });
    expect(approved.status).toBe(200);
    expect((await decide()).body).toMatchObject({ rules: [{ points: 6 }], versions: { seq: approved.body.seq } });
    expect((await ask("/approvals?state=approved")).body.approvals).toMatchObject([
      { id: parked.body.approval, note: "looks right", seq: approved.body.seq },
    ]);
    expect(await service.call(`${path}/approve`, { as: "admin", body: {} })).toMatchObject({
      status: 422,
      body: { errors: [{ code: "is_decided" }] },
    });
  });

  test("an approval of what was made from an older version is refused; kill and rollback need none", async () => {
    const parked = await publish(guarded.replace('"score": 5', '"score": 7'), "analyst");
    expect(parked.status).toBe(202);
    const killed = await ask("/P2/kill", { body: {} });
    expect(killed.status).toBe(200);
    const late = await service.call(`${API}/approvals/${parked.body.approval}/approve`, { as: "admin", body: {} });
    expect(late).toMatchObject({ status: 409, body: { code: "base_moved", live: { seq: killed.body.seq } } });
    expect(await ask(`/approvals/${parked.body.approval}/reject`, { body: { note: "stale" } })).toMatchObject({ status: 200 });
    expect((await ask("/approvals?state=pending")).body.approvals).toEqual([]);
    expect((await ask("/rollback", { body: { to: 1 } })).status).toBe(200);
  });
});
