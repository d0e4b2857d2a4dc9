import { describe, expect, test } from "vitest";
import { dependentsOf } from "../../../../src/core/rules/edit/dependents.ts";
import { removeDefine, setDefine } from "../../../../src/core/rules/edit/edit-define.ts";
import { addRule, reorderRules, switchOff } from "../../../../src/core/rules/edit/edit-rule.ts";
import { addSnooze, listSnoozes, removeSnooze } from "../../../../src/core/rules/edit/edit-snooze.ts";
import { findDocument, findRule } from "../../../../src/core/rules/edit/find-rule.ts";
import type { RuleSources } from "../../../../src/core/rules/sources.ts";

const file = (name: string, document: Record<string, unknown>) => ({ name: `${name}.json`, text: JSON.stringify({ name, ...document }) });
const aRule = (id: string) => ({ id, name: id, conditions: { amount: 1 } });
const SOURCES: RuleSources = {
  files: [
    file("shop", {
      rules: [aRule("R1"), aRule("R2")],
      whitelist: [
        { type: "ip", value: "192.0.2.1", reason: "office", rules: ["bank/R1"] },
        { type: "client", value: "c1", reason: "tester", rules: ["R2"], expiresAt: "2027-01-01T00:00:00Z" },
      ],
    }),
    file("bank", { rules: [aRule("R1"), aRule("B")] }),
    { name: "broken.json", text: "{" },
  ],
  cases: [
    { name: "bank.json", text: JSON.stringify({ ruleset: "bank", cases: [{ name: "one", fires: ["R1"] }, { unknown: ["B"] }, null] }) },
  ],
  features: "{}",
};

/** The value of a result that is expected to be one. */
function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe("a rule is found", () => {
  test("by its full id, or by its own where no other file has it", () => {
    expect(valueOf(findRule(SOURCES, "bank/R1"))).toMatchObject({ id: "bank/R1", index: 0 });
    expect(valueOf(findRule(SOURCES, "B"))).toMatchObject({ id: "bank/B", index: 1 });
  });

  test("or why not is told", () => {
    const detailOf = (id: string) => findRule(SOURCES, id);
    expect(detailOf("R1")).toMatchObject({ error: { detail: "`R1` is the id of several rules: `shop/R1`, `bank/R1`" } });
    expect(detailOf("bank/R3")).toMatchObject({ error: { detail: "there is no rule `bank/R3`; did you mean `bank/R1`?" } });
    expect(detailOf("zebra")).toMatchObject({ error: { detail: "there is no rule `zebra`" } });
    expect(detailOf("__proto__")).toMatchObject({ error: { kind: "not_found" } });
  });

  test("a file that is no JSON takes no edits of single rules", () => {
    expect(addRule(SOURCES, "broken.json", aRule("X"))).toMatchObject({
      error: { kind: "invalid", faults: [{ code: "unreadable_file" }] },
    });
  });
});

describe("what depends on a rule", () => {
  const of = (id: string) => dependentsOf(SOURCES, valueOf(findRule(SOURCES, id)));
  test("is named: cases of its pack, entries that name it in full or from its own file", () => {
    expect(of("bank/R1")).toEqual([
      { kind: "case", file: "bank.json", name: "one" },
      { kind: "whitelist", file: "shop.json", name: "ip 192.0.2.1" },
    ]);
    expect(of("R2")).toEqual([{ kind: "snooze", file: "shop.json", name: "client c1" }]);
    expect(of("B")).toEqual([{ kind: "case", file: "bank.json", name: "case 2" }]);
    expect(of("shop/R1"), "a case of another pack means that pack's rule").toEqual([]);
  });
});

test("an order names every rule of the file once", () => {
  const faults = (ids: string[]) => {
    const done = reorderRules(SOURCES, "bank", ids);
    return done.ok || done.error.kind !== "invalid" ? null : done.error.faults.map(({ code, path }) => `${code} ${path}`);
  };
  expect(faults(["B", "bank/R1"])).toBeNull();
  expect(faults(["B"])).toEqual(["missing_rule ids"]);
  expect(faults(["B", "B", "R1"])).toEqual(["duplicate_id ids[1]"]);
  expect(faults(["B", "R1", "R9"])).toEqual(["unknown_rule ids[2]"]);
});

test("a rule is switched off where it stands; where it does not stand there is nothing to switch", () => {
  const off = switchOff(SOURCES, "bank/B");
  expect(valueOf(findRule(off ?? SOURCES, "bank/B")).rule).toEqual({ ...aRule("B"), mode: "off" });
  expect(off?.files[0]).toEqual(SOURCES.files[0]);
  expect(switchOff(SOURCES, "broken/R1")).toBeNull();
});

test("conditions are named and their names taken away", () => {
  const named = valueOf(setDefine(SOURCES, "bank", "large", { amount: { gt: 5 } }));
  expect(valueOf(findDocument(named, "bank")).define).toEqual({ large: { amount: { gt: 5 } } });
  expect(valueOf(findDocument(valueOf(removeDefine(named, "bank.json", "large")), "bank")).define).toEqual({});
  expect(removeDefine(named, "bank", "larg")).toMatchObject({ error: { detail: "`bank` defines no `larg`; did you mean `large`?" } });
});

test("a snooze has an id of what it says, wherever it was written, and is gone without a trace", async () => {
  const [first, second, ...rest] = await listSnoozes(SOURCES);
  expect(rest).toEqual([]);
  expect(first).toMatchObject({ value: "192.0.2.1", expiresAt: null });
  expect(second?.id).toMatch(/^[0-9a-f]{16}$/);
  const entry = { type: "client", value: "c2", reason: "r", rules: ["bank/B"], expiresAt: "2027-01-01T00:00:00Z" } as const;
  const added = addSnooze(SOURCES, valueOf(findDocument(SOURCES, "shop")), entry);
  const found = (await listSnoozes(added)).find(({ value }) => value === "c2");
  expect(found).toMatchObject(entry);
  expect(found === undefined ? null : removeSnooze(added, found)).toEqual(SOURCES);
});
