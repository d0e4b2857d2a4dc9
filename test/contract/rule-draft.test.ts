import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createManifestStore } from "../../src/adapters/postgres/manifest-store.ts";
import { createApprovalStore } from "../../src/adapters/postgres/rule-approvals.ts";
import { createDraftStore } from "../../src/adapters/postgres/rule-draft.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import type { SavingConditions } from "../../src/ports/configuration.ts";
import type { StaffChange } from "../../src/ports/staff-writes.ts";
import type { ApprovalRecord, DraftRecord } from "../../src/ports/workshop.ts";
import { anAuditEntry, testSealer } from "../support/builders/audit.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const NOON = Date.parse("2026-11-20T12:00:00Z");
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate manifests, contents, rule_draft, rule_approvals"));

const commit = async (change: StaffChange): Promise<"made" | "stale" | "taken"> =>
  expectValue(await createStaffWrites(db.database, testSealer()).commit({ change, also: [], audit: anAuditEntry() }, BUDGET_MS));

/** Saves version `seq` with sources of this text; a text that was saved before is named by its hash alone. */
const save = (seq: number, text: string, conditions?: SavingConditions, withText = true) => {
  const about = { author: "ann", message: "", kind: "publish", source: `hash of ${text}` } as const;
  const contents = withText ? [{ hash: `hash of ${text}`, kind: "source", text } as const] : [];
  return commit(createManifestStore(db.database).saving({ seq, hash: `m${seq}`, text: "{}", ...about }, contents, conditions));
};
const draft = async (): Promise<DraftRecord | null> => expectValue(await createDraftStore(db.database).read(BUDGET_MS));
const edit = async (text: string): Promise<"made" | "stale" | "taken"> => {
  const now = await draft();
  const next = { version: (now?.version ?? 0) + 1, baseSeq: now?.baseSeq ?? 0, text, isEdited: true, updatedBy: "bob", updatedAtMs: NOON };
  return commit(createDraftStore(db.database).replacing(next));
};

test("without a version or an edit there is no draft; the first edit makes it once", async () => {
  expect(await draft()).toBeNull();
  const first = { version: 1, baseSeq: 0, text: "mine", isEdited: true, updatedBy: "bob", updatedAtMs: NOON };
  const store = createDraftStore(db.database);
  const made = await Promise.all([commit(store.replacing(first)), commit(store.replacing({ ...first, text: "yours" }))]);
  expect(made.toSorted()).toEqual(["made", "stale"]);
  expect(await draft()).toMatchObject({ ...first, text: expect.stringMatching(/mine|yours/) });
});

test("a draft that nobody edited is always the live set", async () => {
  await save(1, "one");
  expect(await draft()).toMatchObject({ version: 1, baseSeq: 1, text: "one", isEdited: false, updatedBy: "ann" });
  await save(2, "two");
  expect(await draft()).toMatchObject({ version: 2, baseSeq: 2, text: "two", isEdited: false });
  await save(3, "one", undefined, false);
  expect(await draft(), "back to sources that are known by their hash").toMatchObject({ version: 3, baseSeq: 3, text: "one" });
});

test("an edited draft stays as it is, and says which version it was made from", async () => {
  await save(1, "one");
  expect(await edit("mine")).toBe("made");
  await save(2, "two");
  expect(await draft()).toEqual({ version: 2, baseSeq: 1, text: "mine", isEdited: true, updatedBy: "bob", updatedAtMs: NOON });
});

test("an edited draft follows a version that has the same sources, and one that is itself", async () => {
  await save(1, "one");
  await edit("mine");
  await save(2, "one", undefined, false);
  expect(await draft(), "a version that changed lists alone").toMatchObject({ version: 2, baseSeq: 2, text: "mine", isEdited: true });
  await save(3, "mine");
  expect(await draft()).toMatchObject({ version: 2, baseSeq: 3, text: "mine", isEdited: false });
});

test("a version that rewrites the draft finds it as it was, or nothing happens", async () => {
  await save(1, "one");
  await edit("mine");
  const rewrite = (version: number) => ({ draft: { version, text: "mine, off", updatedBy: "ann" } });
  expect(await save(2, "one, off", rewrite(1))).toBe("stale");
  expect(await db.rows("select seq from manifests")).toEqual([{ seq: 1 }]);
  expect(await save(2, "one, off", rewrite(2))).toBe("made");
  expect(await draft()).toMatchObject({ version: 3, baseSeq: 2, text: "mine, off", isEdited: true, updatedBy: "ann" });
});

test("a draft that was behind stays behind when it is rewritten", async () => {
  await save(1, "one");
  await edit("mine");
  await save(2, "two");
  await save(3, "two, off", { draft: { version: 2, text: "mine, off", updatedBy: "ann" } });
  expect(await draft()).toMatchObject({ version: 3, baseSeq: 1, text: "mine, off", isEdited: true });
});

test("sources with characters that JSON escapes come back letter for letter", async () => {
  const text = JSON.stringify({ files: [{ name: "é.json", text: '{\r\n\t"a": "\\u2028 \\" \u{1f600}"}' }], cases: [], features: "{}" });
  await save(1, text);
  expect((await draft())?.text).toBe(text);
});

const anApproval = (id: string): ApprovalRecord => ({
  id,
  state: "pending",
  baseSeq: 1,
  text: "asked",
  message: "please",
  author: { id: "key_ann", name: "ann" },
  createdAtMs: NOON,
  ...{ decidedBy: null, decidedAtMs: null, note: "", seq: null },
});

test("an approval is closed with the version it becomes, once", async () => {
  const approvals = createApprovalStore(db.database);
  await save(1, "one");
  await commit(approvals.requesting(anApproval("a1")));
  expect(expectValue(await approvals.byId("a1", BUDGET_MS))).toEqual(anApproval("a1"));
  const approval = { id: "a1", decidedBy: { id: "key_bob", name: "bob" }, note: "fine" };
  expect(await save(2, "asked", { approval })).toBe("made");
  expect(expectValue(await approvals.byId("a1", BUDGET_MS))).toMatchObject({
    state: "approved",
    decidedBy: approval.decidedBy,
    note: "fine",
    seq: 2,
  });
  expect(await save(3, "asked", { approval })).toBe("stale");
  expect(await commit(approvals.rejecting("a1", approval.decidedBy, "no", NOON))).toBe("stale");
});

test("of an approval and a rejection at once one happens", async () => {
  const approvals = createApprovalStore(db.database);
  await save(1, "one");
  for (let round = 0; round < 20; round++) {
    const id = `race-${round}`;
    await commit(approvals.requesting(anApproval(id)));
    const seq = (await db.rows("select max(seq) as seq from manifests"))[0]?.seq as number;
    const by = { id: "key_bob", name: "bob" };
    const done = await Promise.all([
      save(seq + 1, `asked ${round}`, { approval: { id, decidedBy: by, note: "" } }),
      commit(approvals.rejecting(id, by, "", NOON)),
    ]);
    expect(done.toSorted()).toEqual(["made", "stale"]);
    const { state } = expectValue(await approvals.byId(id, BUDGET_MS)) ?? {};
    expect(state).toBe(done[0] === "made" ? "approved" : "rejected");
  }
  expect(expectValue(await approvals.list("pending", BUDGET_MS))).toEqual([]);
  expect(expectValue(await approvals.list(null, BUDGET_MS))).toHaveLength(20);
});

test("savers, editors and approvers at once never wait for each other for ever", async () => {
  await save(1, "one");
  const all = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      if (index % 3 === 0) return edit(`edit ${index}`);
      if (index % 3 === 1) return save(2, `two ${index}`);
      return save(2, "two, off", { draft: { version: 1, text: `off ${index}`, updatedBy: "ann" } });
    }),
  );
  expect(all.filter((one) => one === "taken")).toEqual([]);
  expect(await db.rows("select seq from manifests order by seq")).toEqual([{ seq: 1 }, { seq: 2 }]);
});
