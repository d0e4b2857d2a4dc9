import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyRecords, insertApiKey, type NewApiKey } from "../../src/adapters/postgres/api-keys.ts";
import { createManifestStore, loadManifest } from "../../src/adapters/postgres/manifest-store.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import { contentHash } from "../../src/core/config/manifest.ts";
import type { NewManifest, VersionContent } from "../../src/ports/configuration.ts";
import { anAuditEntry, testSealer } from "../support/builders/audit.ts";
import { NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const aKey = (changes: Partial<NewApiKey> = {}): NewApiKey => ({
  id: "key_1",
  digest: "d1",
  name: "shop",
  role: "api_user",
  scopes: ["decide"],
  world: "test",
  expiresAtMs: NOON,
  revokedAtMs: null,
  requestsPerMinute: 1_000,
  prefix: "tg_test_",
  last4: "x9Yz",
  createdAtMs: NOON - 1,
  ...changes,
});

test("an API key is found by its digest and nothing else", async () => {
  expectValue(await insertApiKey(db.database, aKey(), BUDGET_MS));
  expectValue(await insertApiKey(db.database, aKey({ name: "again", id: "key_2" }), BUDGET_MS));
  const { prefix: _, last4: __, createdAtMs: ___, ...expected } = aKey();
  const keys = createKeyRecords(db.database);
  expect(expectValue(await keys.find("d1", BUDGET_MS))).toEqual(expected);
  expect(expectValue(await keys.find("d2", BUDGET_MS))).toBeNull();
});

test("a key whose role this release does not know is not found", async () => {
  expectValue(await insertApiKey(db.database, aKey({ digest: "d3", id: "key_3" }), BUDGET_MS));
  await db.rows("update api_keys set role = 'emperor' where digest = 'd3'");
  expect(expectValue(await createKeyRecords(db.database).find("d3", BUDGET_MS))).toBeNull();
});

const contents: VersionContent[] = [{ hash: "c1", kind: "ruleset", text: '{ "rules": [] }\n' }];
const ofKind = { kind: "publish", source: null } as const;

test("manifests come back letter for letter, so they still hash to their name; the second to take a seq is told", async () => {
  const store = createManifestStore(db.database);
  expect(expectValue(await store.latest(BUDGET_MS))).toBeNull();
  const text = '{"seq":1,"zebra":1.50,"a":"é","models":{}}';
  const first = { seq: 1, hash: await contentHash(text), text, author: "ann", message: "begin", ...ofKind };
  expect(await save(first, contents)).toBe("made");
  expect(await save({ ...first, hash: "other" }, [{ hash: "c3", kind: "ruleset", text: "never" }])).toBe("stale");
  const kept = expectValue(await store.latest(BUDGET_MS));
  expect(kept).toEqual({ ...first, parent: null, createdAtMs: expect.any(Number) });
  expect(await contentHash(kept?.text ?? "")).toBe(first.hash);
  expect(await save({ ...first, seq: 2, message: "rollback", kind: "rollback" }, contents)).toBe("made");
  expect(expectValue(await store.latest(BUDGET_MS))).toMatchObject({ seq: 2, parent: 1, kind: "rollback" });
  expect(expectValue(await loadManifest(db.database, 1, BUDGET_MS))).toEqual(kept);
  expect(await db.rows("select seq, parent from manifests order by seq")).toEqual([
    { seq: 1, parent: null },
    { seq: 2, parent: 1 },
  ]);
  expect(expectValue(await store.content("c1", BUDGET_MS))).toBe('{ "rules": [] }\n');
  expect(expectValue(await store.content("c2", BUDGET_MS))).toBeNull();
  expect(expectValue(await store.content("c3", BUDGET_MS)), "what came with a stale change").toBeNull();
});

test("of two publishers at once one saves and one is told of the conflict", async () => {
  const manifest = (author: string) => ({ seq: 10, hash: author, text: "{}", author, message: "", ...ofKind });
  const results = await Promise.all(["ann", "bob"].map((author) => save(manifest(author), [])));
  expect(results.sort()).toEqual(["made", "stale"]);
});

async function save(manifest: NewManifest, texts: readonly VersionContent[]): Promise<"made" | "stale" | "taken"> {
  const writes = createStaffWrites(db.database, testSealer());
  const change = createManifestStore(db.database).saving(manifest, texts);
  return expectValue(await writes.commit({ change, also: [], audit: anAuditEntry({ action: "ruleset.publish" }) }, BUDGET_MS));
}
