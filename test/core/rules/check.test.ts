import { expect, test } from "vitest";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { parseRuleset } from "../../../src/core/rules/ruleset.ts";
import { EVERY_TYPE } from "./vocabulary.ts";

const aRule = (changes: object = {}): object => ({
  id: "R1",
  name: "Amount jump",
  reason: "amount_jump",
  severity: "high",
  conditions: { amount: { gt: 5 } },
  ...changes,
});
const aFile = (changes: object = {}): object => ({ name: "checkout", rules: [aRule()], ...changes });

function check(...documents: readonly (object | string)[]) {
  const files = documents.map((document, index) => ({
    name: `file-${index}.json`,
    text: typeof document === "string" ? document : JSON.stringify(document),
  }));
  const checked = checkRuleset(files, EVERY_TYPE);
  return {
    ruleset: checked.ok ? checked.value : null,
    faults: checked.ok ? [] : checked.error,
    codes: checked.ok ? [] : checked.error.map(({ code }) => code),
  };
}

test("a minimal file has defaults for everything it leaves out", () => {
  expect(check(aFile()).ruleset).toMatchObject({
    format: 1,
    files: ["checkout"],
    policy: {
      challengeAt: 50,
      reviewAt: 65,
      blockAt: 80,
      reviewAmountWhenDegradedMinor: null,
      maxBlockRate: null,
      blockRateMinDecisions: 100,
      onBreach: "review",
      requireApproval: false,
      collisionWindowMs: 1_800_000,
    },
    rules: [{ id: "checkout/R1", mode: "live", score: 0, on: ["transaction"], autoBlock: null }],
  });
});

test("a file's top-level `on` is its rules' default, and a rule's own wins", () => {
  const rules = [aRule(), aRule({ id: "R2", on: ["login"] })];
  expect(check(aFile({ on: ["PAYMENT"], rules })).ruleset?.rules.map(({ on }) => on)).toEqual([["PAYMENT"], ["login"]]);
});

test("files published together become one ruleset with prefixed ids and defines", () => {
  const define = { big: { amount: { gt: 100 } }, bigger: { big: true, hour: 3 } };
  const { ruleset } = check(
    aFile({ define, rules: [aRule({ conditions: { bigger: true } })] }),
    aFile({ name: "transfer", define: { big: { amount: { gt: 200 } } }, rules: [aRule({ conditions: { big: false } })] }),
  );
  expect(ruleset?.rules.map(({ id }) => id)).toEqual(["checkout/R1", "transfer/R1"]);
  expect(ruleset?.defines.map(({ name }) => name)).toEqual(["checkout/big", "checkout/bigger", "transfer/big"]);
  expect(ruleset?.rules[1]?.condition).toMatchObject({ kind: "not", of: { name: "transfer/big" } });
});

test("a define stands after the defines it uses, wherever it was written", () => {
  const define = { top: { middle: true }, middle: { bottom: false }, bottom: { hour: 1 } };
  expect(check(aFile({ define })).ruleset?.defines.map(({ name }) => name)).toEqual(["checkout/bottom", "checkout/middle", "checkout/top"]);
});

test("the same policy may stand in several files, a differing one is a fault", () => {
  const policy = { blockAt: 75, reviewAmountWhenDegraded: 500 };
  expect(check(aFile({ policy }), aFile({ name: "b", policy }), aFile({ name: "c" })).ruleset?.policy).toMatchObject({
    challengeAt: 50,
    reviewAt: 65,
    blockAt: 75,
    reviewAmountWhenDegradedMinor: 50_000,
  });
  const { faults } = check(aFile({ policy }), aFile({ name: "b", policy: { blockAt: 70 } }));
  expect(faults).toMatchObject([{ code: "policy_differs", file: "file-1.json", path: "policy" }]);
});

test("an automatic block grows for repeat offenders unless the rule says how long each one lasts", () => {
  const auto = (autoBlock: unknown) => check(aFile({ rules: [aRule({ score: 50, autoBlock })] })).ruleset?.rules[0]?.autoBlock;
  const [hour, day] = [3_600_000, 86_400_000];
  expect(auto(true)).toEqual({ target: "ip", forMs: hour, escalateMs: [day, 7 * day], collision: "review" });
  expect(auto({ target: "user", for: "2h" })).toEqual({ target: "client", forMs: 2 * hour, escalateMs: [], collision: "review" });
  expect(auto({ escalate: ["1h", "1h", "30d"], collision: "ignore", note: "why" })).toEqual({
    target: "ip",
    forMs: hour,
    escalateMs: [hour, 30 * day],
    collision: "ignore",
    note: "why",
  });
  expect(auto(false)).toBeNull();
});

test("the policy says how much may be blocked, and what happens beyond it", () => {
  const policy = { maxBlockRate: 0.1, blockRateMinDecisions: 50, onBreach: "rollback", requireApproval: true, collisionWindow: "10m" };
  expect(check(aFile({ policy })).ruleset?.policy).toMatchObject({
    maxBlockRate: 0.1,
    blockRateMinDecisions: 50,
    onBreach: "rollback",
    requireApproval: true,
    collisionWindowMs: 600_000,
  });
});

test("a rule carries its rollout and its holdout, and one without them is published as ever", () => {
  const rules = [aRule({ score: 50, rollout: 10, holdout: 2 }), aRule({ id: "R2" })];
  const [first, second] = check(aFile({ rules })).ruleset?.rules ?? [];
  expect(first).toMatchObject({ rollout: 10, holdout: 2 });
  expect(second).not.toHaveProperty("rollout");
});

test("a ruleset that was published before there were rollouts and block rates still parses", () => {
  const { ruleset } = check(aFile({ rules: [aRule({ score: 50, autoBlock: { for: "24h" } })] }));
  if (ruleset === null) throw new Error("refused");
  const { challengeAt, reviewAt, blockAt, reviewAmountWhenDegradedMinor } = ruleset.policy;
  const before = {
    ...ruleset,
    policy: { challengeAt, reviewAt, blockAt, reviewAmountWhenDegradedMinor },
    rules: ruleset.rules.map((rule) => ({ ...rule, autoBlock: { target: "ip", forMs: 86_400_000, collision: "review" } })),
  };
  expect(parseRuleset(JSON.stringify(before))).toEqual({ ok: true, value: ruleset });
});

test("whitelist entries come out canonical, with the full ids of the rules they silence", () => {
  const whitelist = [
    {
      type: "ip",
      value: "::ffff:198.51.100.0/120",
      reason: "office",
      expiresAt: "2027-01-01T00:00:00+01:00",
      rules: ["R1", "transfer/R9"],
    },
    { type: "user", value: "c1", reason: "tester" },
    { type: "email", value: "A@B.de", reason: "friend" },
    { type: "phone", value: "+49 (30) 1", reason: "friend" },
  ];
  const { ruleset } = check(aFile({ whitelist }), aFile({ name: "transfer", rules: [aRule({ id: "R9" })] }));
  expect(ruleset?.whitelist).toEqual([
    { type: "ip", value: "198.51.100.0/24", reason: "office", expiresAtMs: 1_798_758_000_000, rules: ["checkout/R1", "transfer/R9"] },
    { type: "client", value: "c1", reason: "tester", expiresAtMs: null, rules: null },
    { type: "email", value: "a@b.de", reason: "friend", expiresAtMs: null, rules: null },
    { type: "phone", value: "+49301", reason: "friend", expiresAtMs: null, rules: null },
  ]);
});

const one = (changes: object): object => aFile({ rules: [aRule(changes)] });
const entry = (changes: object): object => aFile({ whitelist: [{ type: "ip", value: "192.0.2.1", reason: "r", ...changes }] });
const FAULTS: readonly (readonly [string, object | string, string])[] = [
  ["a document that is no object", "[]", "wrong_type"],
  ["no name", { rules: [] }, "missing_key"],
  ["an unknown key", aFile({ polcy: {} }), "unknown_key"],
  ["an unknown key of a rule", one({ nme: "x" }), "unknown_key"],
  ["a hostile key", `{"name": "a", "rules": [], "__proto__": {"x": 1}}`, "unknown_key"],
  ["a hostile define", `{"name": "a", "rules": [], "define": {"__proto__": {"hour": 1}}}`, "bad_name"],
  ["a rule without conditions", aFile({ rules: [{ ...aRule(), conditions: undefined }] }), "missing_key"],
  ["an unknown severity", one({ severity: "hihg" }), "invalid_value"],
  ["points beyond 100", one({ score: 101 }), "out_of_range"],
  ["a type nobody knows", one({ on: ["PAYMNT"] }), "invalid_value"],
  ["an empty `on`", one({ on: [] }), "out_of_range"],
  ["a block threshold over 80", aFile({ policy: { blockAt: 81 } }), "out_of_range"],
  ["thresholds that fall", aFile({ policy: { challengeAt: 70, reviewAt: 60 } }), "low_above_high"],
  ["both outcomes at once", one({ outcome: { atLeast: "review", atMost: "block" } }), "invalid_value"],
  ["an outcome that always holds", one({ outcome: { atLeast: "allow" } }), "invalid_value"],
  ["an automatic block that caps its outcome", one({ score: 9, autoBlock: true, outcome: { atMost: "review" } }), "auto_block"],
  ["an automatic block that adds nothing", one({ autoBlock: true }), "auto_block"],
  ["a collision where none can be", one({ score: 9, autoBlock: { target: "device", collision: "review" } }), "auto_block"],
  ["a block of no time", one({ score: 9, autoBlock: { for: "1s" } }), "out_of_range"],
  ["a block that lasts and grows at once", one({ score: 9, autoBlock: { for: "1h", escalate: ["1h", "2h"] } }), "auto_block"],
  ["blocks that grow shorter", one({ score: 9, autoBlock: { escalate: ["2h", "1h"] } }), "low_above_high"],
  ["blocks of no duration at all", one({ score: 9, autoBlock: { escalate: [] } }), "out_of_range"],
  ["collisions ignored without a word", one({ score: 9, autoBlock: { collision: "ignore" } }), "missing_key"],
  ["a rollout to nobody", one({ rollout: 0 }), "out_of_range"],
  ["a rollout to half a percent", one({ rollout: 0.5 }), "wrong_type"],
  ["a holdout of most", one({ score: 9, holdout: 51 }), "out_of_range"],
  ["a holdout of nobody", one({ score: 9, holdout: 0 }), "out_of_range"],
  ["a holdout where nothing is blocked", one({ score: 0, holdout: 2 }), "pointless_holdout"],
  ["a holdout of a rule that caps", one({ score: 9, holdout: 2, outcome: { atMost: "review" } }), "pointless_holdout"],
  ["a block rate in percent", aFile({ policy: { maxBlockRate: 10 } }), "out_of_range"],
  ["what to do about a limit that is not there", aFile({ policy: { onBreach: "rollback" } }), "missing_key"],
  ["a misspelt key of the policy", aFile({ policy: { maxBlockRat: 0.1 } }), "unknown_key"],
  ["a breach nobody can answer", aFile({ policy: { maxBlockRate: 0.1, onBreach: "panic" } }), "invalid_value"],
  ["a collision window of two days", aFile({ policy: { collisionWindow: "2d" } }), "out_of_range"],
  ["an unknown key in autoBlock", one({ score: 9, autoBlock: { fro: "1h" } }), "unknown_key"],
  ["the same id twice", aFile({ rules: [aRule(), aRule()] }), "duplicate_id"],
  ["a define that takes a feature's name", aFile({ define: { hour: { amount: 1 } } }), "name_taken"],
  ["a define with a bad name", aFile({ define: { "Big One": { amount: 1 } } }), "bad_name"],
  ["a bad whitelisted address", entry({ value: "192.0.2.0/99" }), "wrong_type"],
  ["a whitelisted network with a padded length", entry({ value: "192.0.2.0/024" }), "wrong_type"],
  ["a bad expiry", entry({ expiresAt: "tomorrow" }), "wrong_type"],
  ["an unknown whitelist type", entry({ type: "asn" }), "invalid_value"],
  ["a whitelist that names no rule", entry({ rules: ["R7"] }), "unknown_rule"],
];
for (const [what, document, code] of FAULTS)
  test(`${what} is refused`, () => {
    expect(check(document).codes).toEqual([code]);
  });

test("cycles and endless chains of defines are refused, with their way round", () => {
  const { faults } = check(aFile({ define: { a: { b: true }, b: { c: true }, c: { a: true, hour: 1 } } }));
  expect(faults).toMatchObject([{ code: "define_cycle", message: "`a` depends on itself: a → b → c → a" }]);
  const chain = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`d${index}`, index === 39 ? { hour: 1 } : { [`d${index + 1}`]: true }]),
  );
  expect(check(aFile({ define: chain })).codes).toContain("too_deep");
});

test("a rule that doubles its size with every define is refused for the size it would have", () => {
  const double = (index: number): object => ({ any: [{ [`d${index - 1}`]: true }, { [`d${index - 1}`]: true }] });
  const define = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, index === 0 ? { hour: 1 } : double(index)]));
  expect(check(aFile({ define, rules: [aRule({ conditions: { d30: true } })] })).codes).toEqual(["too_large"]);
});

test("two files of one name are refused, and so is nothing at all", () => {
  expect(check(aFile(), aFile()).codes).toEqual(["duplicate_name"]);
  expect(check().codes).toEqual(["no_files"]);
});

test("all files report at once, in the order of their text", () => {
  const text = '{\n  "name": "a",\n  "rules": [{ "id": "R1" }],\n  "polcy": 1\n}';
  const { faults } = check(text, "{");
  expect(faults.map(({ file, line, path, code }) => [file, line, path, code])).toEqual([
    ["file-0.json", 3, "rules[0]", "missing_key"],
    ["file-0.json", 3, "rules[0]", "missing_key"],
    ["file-0.json", 3, "rules[0]", "missing_key"],
    ["file-0.json", 3, "rules[0]", "missing_key"],
    ["file-0.json", 4, "polcy", "unknown_key"],
    ["file-1.json", 1, "", "syntax"],
  ]);
});

test("a text with a hundred thousand faults lists the first of them, soon", () => {
  const rules = Array.from({ length: 4_000 }, (_, index) => aRule({ id: `R${index}`, conditions: { amout: 1, houur: 2, emial: 3 } }));
  expect(check(aFile({ rules })).faults).toHaveLength(200);
});
