import { expect, test } from "vitest";
import { createBlockCap } from "../../src/pipeline/block-cap.ts";
import { aDecision, anEvent } from "../support/records/record-builder.ts";

const limit = { maxBlockRate: 0.2, blockRateMinDecisions: 10 };
/** Versions 3 and 5 have the same rules. */
const rulesOf = (seq: number): string => (seq === 5 ? "r3" : `r${seq}`);
const versions = (seq: number) => ({ seq, ruleset: rulesOf(seq), features: "f", lists: null, model: null });
const version = (seq: number) => ({ seq, rulesetHash: rulesOf(seq), featuresHash: "f" });
const answer = (outcome: "allow" | "block", seq = 3, changes = {}) =>
  aDecision(anEvent({ id: "t" }), { outcome, answer: { versions: versions(seq), ...changes } }).answer;

test("an instance holds back a version that blocked more than it may, once it made enough decisions, until the window has passed", () => {
  const cap = createBlockCap();
  for (let n = 0; n < 9; n++) cap.count("live", answer("block"), 1_000);
  expect(cap.guard("live", version(3), limit, 1_000)).toBeNull();
  cap.count("live", answer("allow"), 1_000);
  expect(cap.guard("live", version(3), limit, 1_000)).toMatchObject({ seq: 3 });
  expect(cap.guard("live", version(3), limit, 299_000)?.untilMs).toBeGreaterThan(299_000);
  expect(cap.guard("live", version(3), limit, 320_000)).toBeNull();
});

test("what is held back goes on counting, and so does what an older version decides not", () => {
  const cap = createBlockCap();
  for (let n = 0; n < 10; n++) cap.count("live", answer("allow", 3, { held_back: true }), 0);
  expect(cap.guard("live", version(3), limit, 0)).not.toBeNull();
  cap.count("live", answer("allow", 4), 0);
  for (let n = 0; n < 20; n++) cap.count("live", answer("block", 3), 0);
  expect(cap.guard("live", version(4), limit, 0)).toBeNull();
  expect(cap.guard("live", version(3), limit, 0)).toBeNull();
});

test("each world is capped by itself, and without a limit none is", () => {
  const cap = createBlockCap();
  for (let n = 0; n < 10; n++) cap.count("test", answer("block"), 0);
  expect(cap.guard("live", version(3), limit, 0)).toBeNull();
  expect(cap.guard("test", version(3), limit, 0)).not.toBeNull();
  expect(cap.guard("test", version(3), { ...limit, maxBlockRate: null }, 0)).toBeNull();
});

test("blocks that the block list asked for are nothing a version is capped for", () => {
  const cap = createBlockCap();
  for (let n = 0; n < 10; n++) cap.count("live", answer("block", 3, { decided_by: { kind: "block_list", reason: "ring" } }), 0);
  expect(cap.guard("live", version(3), limit, 0)).toBeNull();
});

test("a new version with the same rules does not begin anew, as after an edited list", () => {
  const cap = createBlockCap();
  for (let n = 0; n < 10; n++) cap.count("live", answer("block", 3), 0);
  expect(cap.guard("live", version(5), limit, 0)).toMatchObject({ seq: 5 });
  cap.count("live", answer("block", 5), 0);
  expect(cap.guard("live", version(5), limit, 0)).toMatchObject({ seq: 5 });
});
