import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendAt, reorderAt, setAt } from "../../../../src/core/rules/edit/edit-text.ts";

const TEXT = `{
    "name": "probe",
    "define": {"large": {"amount": {"gt": 500}}},
    "rules": [
        {"id": "P1",   "name": "One"},
        {"id": "P2",   "name": "Two", "on": [ ] }
    ]
}
`;

describe("an edit leaves what it does not touch as it was, to the letter", () => {
  test("a value that is there is replaced", () => {
    expect(setAt(TEXT, ["rules", 1, "name"], "Deux")).toBe(TEXT.replace('"Two"', '"Deux"'));
  });

  test("a new property stands after the last one, as that one stands", () => {
    expect(setAt(TEXT, ["rules", 0, "mode"], "off")).toBe(TEXT.replace('"One"}', '"One", "mode": "off"}'));
    expect(setAt(TEXT, ["policy"], { blockAt: 70 })).toBe(TEXT.replace("    ]\n}", '    ],\n    "policy": { "blockAt": 70 }\n}'));
    expect(setAt(TEXT, ["rules", 1, "outcome", "atLeast"], "block")).toBe(
      TEXT.replace("[ ] }", '[ ], "outcome": { "atLeast": "block" } }'),
    );
  });

  test("an element is added at the end, and gone again without a trace", () => {
    const added = appendAt(TEXT, ["rules"], { id: "P3" });
    expect(added).toBe(TEXT.replace("[ ] }\n", '[ ] },\n        { "id": "P3" }\n'));
    expect(setAt(added, ["rules", 2], undefined)).toBe(TEXT);
    expect(appendAt(TEXT, ["rules", 1, "on"], "PAYMENT")).toBe(TEXT.replace("[ ]", '["PAYMENT"]'));
    expect(appendAt(TEXT, ["whitelist"], 1)).toContain('    ],\n    "whitelist": [1]\n}');
  });

  test("what is taken out takes its comma with it, wherever it stands", () => {
    expect(setAt(TEXT, ["name"], undefined)).toBe(TEXT.replace('"name": "probe",\n    ', ""));
    expect(setAt(TEXT, ["rules", 1, "on"], undefined)).toBe(TEXT.replace(', "on": [ ]', ""));
    expect(setAt(TEXT, ["define", "large"], undefined)).toBe(TEXT.replace('{"large": {"amount": {"gt": 500}}}', "{}"));
    expect(setAt(TEXT, ["nothing", "there"], undefined)).toBe(TEXT);
  });

  test("another order moves the elements with their own formatting", () => {
    const swapped = reorderAt(TEXT, ["rules"], [1, 0]);
    expect(swapped.split("\n")[4]).toBe('        {"id": "P2",   "name": "Two", "on": [ ] },');
    expect(reorderAt(swapped, ["rules"], [1, 0])).toBe(TEXT);
  });

  test("what is long gets a line for each part, indented and ended as the text is", () => {
    const tabs = '{\r\n\t"rules": [\r\n\t\t{ "id": "a" }\r\n\t]\r\n}';
    const rule = { id: "b", note: "x".repeat(100), conditions: { amount: { gt: 1 } } };
    expect(appendAt(tabs, ["rules"], rule)).toBe(
      `{\r\n\t"rules": [\r\n\t\t{ "id": "a" },\r\n\t\t{\r\n\t\t\t"id": "b",\r\n\t\t\t"note": "${"x".repeat(100)}",\r\n\t\t\t"conditions": { "amount": { "gt": 1 } }\r\n\t\t}\r\n\t]\r\n}`,
    );
  });

  test("a pack gets a rule and loses it, and is the same", () => {
    const pack = readFileSync("rules/packs/transfer.json", "utf8");
    const count = JSON.parse(pack).rules.length;
    const added = appendAt(pack, ["rules"], { id: "Z9", conditions: { amount: { gt: 1 } } });
    expect(JSON.parse(added).rules).toHaveLength(count + 1);
    expect(setAt(added, ["rules", count], undefined)).toBe(pack);
  });
});

test("whatever the document, its layout and the place: the edited text says what the edited value says", () => {
  const layouts = [
    (value: unknown) => JSON.stringify(value),
    (value: unknown) => JSON.stringify(value, null, 2),
    (value: unknown) => JSON.stringify(value, null, "\t").replaceAll("\n", "\r\n"),
  ];
  const rule = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.jsonValue(),
    { maxKeys: 4 },
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.constantFrom(...layouts), fc.nat(), rule, (rules, print, seed, value) => {
      const text = print({ name: "probe", rules });
      const says = (edited: string) => JSON.parse(edited).rules;
      const plain = (wanted: unknown) => JSON.parse(JSON.stringify(wanted));
      expect(says(appendAt(text, ["rules"], value))).toEqual(plain([...rules, value]));
      if (rules.length === 0) return;
      const at = seed % rules.length;
      expect(says(setAt(text, ["rules", at], value))).toEqual(plain(rules.with(at, value)));
      expect(says(setAt(text, ["rules", at], undefined))).toEqual(plain(rules.toSpliced(at, 1)));
      expect(says(setAt(text, ["rules", at, "mode"], "off"))).toEqual(plain(rules.with(at, { ...rules[at], mode: "off" })));
    }),
  );
});
