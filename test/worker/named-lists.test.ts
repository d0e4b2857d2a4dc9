import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const LISTS = "/api/admin/fraud-lists";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const create = (name: string, type: string, entries: string[]): Promise<Reply> => staff(LISTS, { body: { name, type, entries } });
const change = (name: string, body: unknown): Promise<Reply> => staff(`${LISTS}/${name}/entries`, { body });
const rule = (id: string, conditions: unknown) => ({
  id,
  name: id,
  reason: id.toLowerCase(),
  severity: "low",
  mode: "live",
  score: 1,
  conditions,
});
const publish = (rules: unknown[]): Promise<Reply> =>
  service.publish({ files: [{ name: "listed.json", text: JSON.stringify({ name: "listed", rules }) }], features: null, message: "lists" });
const fired = async (transaction: Record<string, unknown>): Promise<string[]> => {
  const { body } = await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, ...transaction } });
  return body.rules.map(({ id }: Json) => id);
};
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 90_000, interval: 200 });

test("rules may name a list once it is there, and of the right type only", async () => {
  const conditions = { ip: { inList: "corporate_nat" } };
  expect(await publish([rule("N", conditions)])).toMatchObject({ status: 422, body: { errors: [{ code: "unknown_list" }] } });
  expect(await create("corporate_nat", "ip", ["198.51.100.0/24", "::ffff:192.0.2.1", "192.0.2.1"])).toMatchObject({
    status: 201,
    body: { name: "corporate_nat", count: 2, version: 1 },
  });
  expect(await publish([rule("N", { device_id: { inList: "corporate_nat" } })])).toMatchObject({
    status: 422,
    body: { errors: [{ code: "wrong_list_type" }] },
  });
  expect((await publish([rule("N", conditions)])).status).toBe(200);
  const checked = await staff("/api/admin/fraud-rules/check", { body: {} });
  expect(checked.body.ok).toBe(true);
  await eventually(async () => expect(await fired({ ip_address: "198.51.100.77" })).toEqual(["listed/N"]));
  expect(await fired({ ip_address: "192.0.2.1" })).toEqual(["listed/N"]);
  expect(await fired({ ip_address: "192.0.2.2" })).toEqual([]);
});

test("an edited list acts without a publish of rules; while it comes the one before answers", async () => {
  const { body } = await change("corporate_nat", { add: ["203.0.113.9"], remove: ["192.0.2.1"], version: 1 });
  expect(body).toMatchObject({ count: 2, version: 2 });
  expect(await fired({ ip_address: "198.51.100.77" })).toEqual(["listed/N"]);
  await eventually(async () => expect(await fired({ ip_address: "203.0.113.9" })).toEqual(["listed/N"]));
  expect(await fired({ ip_address: "192.0.2.1" })).toEqual([]);
  expect((await staff(`${LISTS}/corporate_nat?format=text`)).body).toBe("198.51.100.0/24\n203.0.113.9\n");
});

test("e-mail, country, BIN and id lists compare as their features do", async () => {
  await create("bad_mail", "email", ["Someone@Example.COM"]);
  await create("far", "country", ["kp"]);
  await create("test_bins", "bin", ["457173"]);
  await create("known_devices", "id", ["Device-A"]);
  const rules = [
    rule("E", { email: { inList: "bad_mail" } }),
    rule("C", { card_country: { inList: "far" } }),
    rule("B", { card_bin: { inList: "test_bins" } }),
    rule("D", { device_id: { inList: "known_devices" } }),
  ];
  expect(await publish(rules)).toMatchObject({ status: 200 });
  await eventually(async () =>
    expect(
      await fired({ email: "someone@example.com", card: { bin: "457173", country: "KP", token: "t" }, device_id: "Device-A" }),
    ).toHaveLength(4),
  );
  // Ids are compared as they are.
  expect(await fired({ device_id: "device-a" })).toEqual([]);
});

test("two editors of one list: one wins; an edit and a publish of rules both go through", async () => {
  const { version } = (await staff(`${LISTS}/far`)).body;
  const answers = await Promise.all([change("far", { add: ["IR"], version }), change("far", { add: ["SY"], version })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [edited, published] = await Promise.all([
    change("far", { add: ["CU"] }),
    publish([rule("F", { card_country: { inList: "far" } })]),
  ]);
  expect([edited.status, published.status].every((status) => status === 200 || status === 409)).toBe(true);
  expect(edited.status).toBe(200);
  const { entries } = (await staff(`${LISTS}/far`)).body;
  expect(entries).toContain("CU");
});

test("what does not fit is told by its place, and a list that live rules read stays", async () => {
  expect(await create("countries", "country", ["DE", "Germany"])).toMatchObject({
    status: 422,
    body: { errors: [{ path: "entries[1]", message: "must be a two-letter country code" }] },
  });
  expect(await create("feeds", "id", [])).toMatchObject({ status: 422, body: { errors: [{ path: "name" }] } });
  expect(await create("far", "country", [])).toMatchObject({ status: 409, body: { code: "name_taken" } });
  await publish([rule("F", { card_country: { inList: "far" } })]);
  const drop = (name: string) => staff(`${LISTS}/${name}`, { method: "DELETE" });
  expect(await drop("far")).toMatchObject({ status: 409, body: { code: "list_in_use" } });
  expect(await drop("corporate_nat")).toMatchObject({ status: 200 });
  expect((await staff(LISTS)).body.lists.map(({ name }: Json) => name)).not.toContain("corporate_nat");
  expect((await drop("corporate_nat")).status).toBe(404);
});
