import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffSources } from "../../../src/core/rules/diff.ts";
import type { RuleSources } from "../../../src/core/rules/sources.ts";

const R1 = { id: "R1", name: "One", score: 5, conditions: { amount: { gt: 1 } } };
const R2 = { id: "R2", name: "Two", score: 7, conditions: { all: [{ amount: { gt: 2 } }] } };
const R3 = { id: "R3", name: "Three", score: 9, conditions: { amount: { gt: 3 } } };

const sources = (document: Record<string, unknown>, changes: Partial<RuleSources> = {}): RuleSources => ({
  files: [{ name: "probe.json", text: JSON.stringify({ name: "probe", rules: [R1, R2], ...document }) }],
  cases: [{ name: "probe.json", text: JSON.stringify({ ruleset: "probe", cases: [{ name: "a", type: "PAYMENT", facts: {} }] }) }],
  features: JSON.stringify({ amount: { op: "field", path: "amount", type: "money" } }),
  ...changes,
});
const base = sources({});

test("the same sets differ in nothing, whatever their formatting and the order of keys", () => {
  const { conditions, score, ...rest } = R1;
  const spaced = { name: "other.json", text: JSON.stringify({ rules: [{ score, conditions, ...rest }, R2], name: "probe" }, null, 4) };
  expect(diffSources(base, { ...base, files: [spaced] })).toEqual({
    isSame: true,
    ...{ rules: [], policy: [], defines: [], features: [], cases: [], unreadable: [] },
    whitelist: { added: [], removed: [] },
  });
});

describe("a difference of each kind is told", () => {
  test("rules that are new, gone and changed, field by field", () => {
    const { rules } = diffSources(base, sources({ rules: [{ ...R2, score: 8, note: "dearer" }, R3] }));
    expect(rules).toEqual([
      {
        id: "probe/R2",
        kind: "changed",
        fields: [
          { field: "note", from: null, to: "dearer" },
          { field: "score", from: 7, to: 8 },
        ],
      },
      { id: "probe/R3", kind: "added", fields: expect.arrayContaining([{ field: "score", from: null, to: 9 }]) },
      { id: "probe/R1", kind: "removed", fields: expect.arrayContaining([{ field: "score", from: 5, to: null }]) },
    ]);
  });

  test("rules in another order: only those that moved past the others", () => {
    const three = sources({ rules: [R1, R2, R3] });
    const kinds = (to: RuleSources) => diffSources(three, to).rules.map(({ id, kind }) => `${kind} ${id}`);
    expect(kinds(sources({ rules: [R3, R1, R2] }))).toEqual(["moved probe/R3"]);
    expect(kinds(sources({ rules: [R2, R3] })), "what is gone moves nobody").toEqual(["removed probe/R1"]);
  });

  test("a file's own types, which its rules inherit", () => {
    const { rules } = diffSources(base, sources({ on: ["CASH_OUT"] }));
    expect(rules.map(({ id, fields }) => [id, fields])).toEqual(
      ["probe/R1", "probe/R2"].map((id) => [id, [{ field: "on", from: null, to: ["CASH_OUT"] }]]),
    );
  });

  test("policy, named conditions, whitelist, features and cases", () => {
    const entry = { type: "ip", value: "192.0.2.1", reason: "office" };
    const to = sources(
      { policy: { blockAt: 70 }, define: { large: { amount: { gt: 500 } } }, whitelist: [entry] },
      { cases: [], features: JSON.stringify({ amount: { op: "field", path: "amount", type: "ratio" } }) },
    );
    const there = diffSources(base, to);
    expect(there.isSame).toBe(false);
    expect(there.policy).toEqual([{ field: "blockAt", from: null, to: 70 }]);
    expect(there.defines).toEqual([{ name: "probe/large", kind: "added", from: null, to: { amount: { gt: 500 } } }]);
    expect(there.whitelist).toEqual({ added: [entry], removed: [] });
    expect(there.features).toMatchObject([{ name: "amount", kind: "changed", to: { type: "ratio" } }]);
    expect(there.cases).toMatchObject([{ name: "probe.json: a", kind: "removed", to: null }]);
    expect(diffSources(to, base).whitelist).toEqual({ added: [], removed: [entry] });
  });

  test("a text that is not JSON is named with its side, and what it held counts as gone", () => {
    const broken = { ...base, files: [{ name: "probe.json", text: '{"name": ' }], features: "[]" };
    const { unreadable, rules } = diffSources(base, broken);
    expect(unreadable).toEqual([
      { side: "to", file: "probe.json" },
      { side: "to", file: "features.json" },
    ]);
    expect(rules.map(({ kind }) => kind)).toEqual(["removed", "removed"]);
  });
});

test("whatever the texts, it neither throws nor calls a set different from itself", () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"rules":[null,1,{"id":null}],"define":[],"whitelist":{},"policy":3}'));
  const file = fc.record({ name: fc.string({ minLength: 1 }), text });
  const any = fc.record({ files: fc.array(file, { maxLength: 3 }), cases: fc.array(file, { maxLength: 2 }), features: text });
  fc.assert(
    fc.property(any, any, (from, to) => {
      diffSources(from, to);
      const own = diffSources(from, from);
      expect({ ...own, isSame: true, unreadable: [] }).toMatchObject({ rules: [], policy: [], defines: [], features: [], cases: [] });
      expect(own.isSame).toBe(own.unreadable.length === 0);
    }),
  );
});
