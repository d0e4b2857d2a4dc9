import { expect, test } from "vitest";
import { readMasterKeys } from "../../../src/core/audit/master-keys.ts";
import { anAuditEntry, testSealer } from "../../support/builders/audit.ts";

const [OLD, NEW] = ["old-secret-of-32-characters-or-more", "new-secret-of-32-characters-or-more"];
const person = { kind: "client", id: "c-1", isPersonal: true };

async function sealed(sealer = testSealer()) {
  const batch = await sealer.seal([anAuditEntry({ id: "e1", target: person, personal: { email: "ann@example.com" } })]);
  const [entry] = batch.entries;
  if (entry === undefined) throw new Error("nothing was sealed");
  return { entry, keys: batch.keys };
}

test("a sealed row shows nothing personal, and opens to what went in", async () => {
  const { entry, keys } = await sealed();
  const shown = JSON.stringify({ entry, keys });
  for (const text of ["Ann Archer", "192.0.2.7", "ann@example.com", "c-1"]) expect(shown).not.toContain(text);
  expect(await testSealer().open(entry, keys)).toEqual([
    { of: "actor", values: { name: "Ann Archer", address: "192.0.2.7" } },
    { of: "target", values: { email: "ann@example.com" } },
  ]);
});

test("each person has a key of their own: without one's key only that part is gone", async () => {
  const { entry, keys } = await sealed();
  expect(keys).toHaveLength(2);
  const subject = await testSealer().subjectOf(person);
  const parts = await testSealer().open(
    entry,
    keys.filter((key) => key.subject !== subject),
  );
  expect(parts).toEqual([
    { of: "actor", values: { name: "Ann Archer", address: "192.0.2.7" } },
    { of: "target", values: null },
  ]);
});

test("rows of one person in a batch share its key, and sealing twice never gives the same text", async () => {
  const batch = await testSealer().seal([anAuditEntry(), anAuditEntry()]);
  expect(batch.keys).toHaveLength(1);
  expect(batch.entries[0]?.sealed).not.toBe(batch.entries[1]?.sealed);
});

test("callers without a key are told apart by their address alone", async () => {
  const anonymous = { id: "anonymous", name: null, role: null };
  const batch = await testSealer().seal([
    anAuditEntry({ actor: anonymous, address: "192.0.2.1" }),
    anAuditEntry({ actor: anonymous, address: "192.0.2.2" }),
  ]);
  expect(new Set(batch.keys.map(({ subject }) => subject)).size).toBe(2);
  const nobody = await testSealer().seal([anAuditEntry({ actor: anonymous, address: null })]);
  expect(nobody.keys).toEqual([]);
});

test("a box opens in its own row only", async () => {
  const { entry, keys } = await sealed();
  await expect(testSealer().open({ ...entry, id: "e2" }, keys)).rejects.toThrow();
});

test("after a rotation old rows open with the old master key, new ones are wrapped by the new, and a lost master key reads as erased", async () => {
  const before = await sealed(testSealer([["k1", OLD]]));
  const rotated = testSealer([
    ["k2", NEW],
    ["k1", OLD],
  ]);
  expect((await rotated.open(before.entry, before.keys))[1]?.values).toEqual({ email: "ann@example.com" });
  expect((await sealed(rotated)).keys.map(({ master }) => master)).toEqual(["k2", "k2"]);
  expect((await testSealer([["k2", NEW]]).open(before.entry, before.keys)).map(({ values }) => values)).toEqual([null, null]);
});

test("secrets are taken out before sealing, in what is shown and in what is encrypted", async () => {
  const sealer = testSealer();
  const { entries, keys } = await sealer.seal([
    anAuditEntry({ details: { after: { token: "abc123" } }, target: person, personal: { password: "hunter2" } }),
  ]);
  const [entry] = entries;
  if (entry === undefined) throw new Error("nothing was sealed");
  expect(entry.details).not.toContain("abc123");
  expect((await sealer.open(entry, keys))[1]?.values).toEqual({ password: "[removed]" });
});

test("master keys are read as `id:secret`, newest first, and nothing else passes", () => {
  expect(readMasterKeys(`k2:${NEW}, k1:${OLD}`)).toEqual([
    ["k2", NEW],
    ["k1", OLD],
  ]);
  for (const wrong of ["", NEW, `k1:short`, `K1:${NEW}`, `k1:${NEW},k1:${OLD}`, `k1:${NEW},`, `k 1:${NEW}`])
    expect(readMasterKeys(wrong), wrong).toBeNull();
});

test("a card number is in no part of a sealed row, sealed or in clear, whatever its caller put in", async () => {
  const card = "4012888888881881";
  const batch = await testSealer().seal([
    anAuditEntry({
      actor: { id: `key ${card}`, name: card, role: "admin" },
      action: `x.${card}`,
      target: { kind: "decision", id: "4012%208888%208888%201881", isPersonal: false },
      requestId: card,
      address: card,
      details: { route: `GET /${card}`, [card]: Number(card), list: ["4012 8888 8888 1881"] },
      personal: { note: `paid with ${card}` },
    }),
  ]);
  const [entry] = batch.entries;
  expect(entry).toMatchObject({ actor: "key [card]", action: "x.[card]", target: "decision:[card]", requestId: "[card]" });
  expect(JSON.parse(entry?.details ?? "")).toEqual({ route: "GET /[card]", "[card]": "[card]", list: ["[card]"] });
  const opened = entry === undefined ? [] : await testSealer().open(entry, batch.keys);
  expect(JSON.stringify([entry, opened])).not.toMatch(/4012.*1881/);
  expect(opened.find(({ of }) => of === "target")?.values).toEqual({ note: "paid with [card]" });
});
