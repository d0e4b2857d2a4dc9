import { describe, expect, test } from "vitest";
import { judgeBlocks } from "../../../src/core/autoblock/judge-blocks.ts";
import type { AutomaticBlock } from "../../../src/core/decision/automatic-blocks.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import type { ListHit } from "../../../src/core/lists/list-hit.ts";
import { encode } from "../../../src/core/velocity/alphabet.ts";
import { HEADER, TIME_WIDTH } from "../../../src/core/velocity/layout.ts";
import { aLogin, aTransaction, NOON } from "../../support/builders/events.ts";
import { aPackedLog, TEST_HASH } from "../../support/builders/packed-log.ts";

const WINDOW_MS = 30 * 60_000;
const aBlock = (over: Partial<AutomaticBlock> = {}): AutomaticBlock => ({
  ...{ rule: "shop/R", name: "Rule R", target: "ip", value: "198.51.100.7", forMs: 3_600_000, escalateMs: [], collision: "review" },
  ...over,
});
const aHit = (over: Partial<ListHit>): ListHit => ({
  ...{ verdict: "block", id: "b", kind: "ip", value: "198.51.100.0/24", reason: "r", source: "staff", expiresAtMs: null, rules: null },
  ...over,
});
const by = (client: string | undefined, agoMs: number, make = aTransaction, over: object = {}) =>
  make({ occurredAtMs: NOON - agoMs, dimensions: { client }, ...over });
/** What becomes of a block of the address that these events came from, asked for at noon. */
const judge = (
  events: readonly CanonicalEvent[],
  over: { client?: string | undefined; block?: Partial<AutomaticBlock>; hits?: ListHit[] } = {},
) => {
  const client = "client" in over ? over.client : "mallory";
  return judgeBlocks([aBlock(over.block)], {
    event: aTransaction({ dimensions: { client } }),
    hits: over.hits ?? [],
    address: { log: events.length === 0 ? undefined : aPackedLog(events) },
    windowMs: WINDOW_MS,
    hash: TEST_HASH,
  })[0]?.verdict;
};
const review = (others: number | null) => ({ kind: "review", others, windowMs: WINDOW_MS });

describe("an address is blocked", () => {
  test.each([
    ["without a history", []],
    ["where only the client itself was active", [by("mallory", 1_000), by("mallory", 60_000)]],
    ["where guests were active", [by(undefined, 1_000)]],
    ["where others were before the window", [by("anna", WINDOW_MS), by("anna", WINDOW_MS + 1)]],
    ["where others could not log in", [by("victim", 1_000, aLogin, { status: "failed" })]],
  ])("%s", (_, events) => {
    expect(judge(events)).toEqual({ kind: "block" });
  });

  test("whoever else is there, by a rule that ignores it", () => {
    expect(judge([by("anna", 1_000)], { block: { collision: "ignore" } })).toEqual({ kind: "block" });
  });
});

describe("a person reviews an address", () => {
  test.each([
    ["others were active, each counted once", [by("anna", 1_000), by("anna", 2_000), by("ben", WINDOW_MS - 1)], 2],
    ["somebody logged in", [by("anna", 1_000, aLogin)], 1],
    [
      "somebody was refused or declined there",
      [by("anna", 1_000, aTransaction, { status: "blocked" }), by("ben", 9, aTransaction, { status: "declined" })],
      2,
    ],
    ["others came after an event that is told late", [by("anna", -60_000)], 1],
    ["records arrived out of order", [by("anna", 1_000), by("early", WINDOW_MS * 2), by("mallory", 5)], 1],
  ])("where %s", (_, events, others) => {
    expect(judge(events)).toEqual(review(others));
  });

  test("where a guest is the one to block and clients were active", () => {
    expect(judge([by("anna", 1_000)], { client: undefined })).toEqual(review(1));
  });

  test("where Redis said nothing", () => {
    const situation = { event: aTransaction(), hits: [], address: null, windowMs: WINDOW_MS, hash: TEST_HASH };
    const judged = judgeBlocks([aBlock(), aBlock({ collision: "ignore" }), aBlock({ target: "device", value: "d" })], situation);
    expect(judged.map(({ verdict }) => verdict)).toEqual([review(null), { kind: "block" }, { kind: "block" }]);
  });
});

describe("the record is asked", () => {
  const evictedUntil = (log: string, ms: number): string =>
    log.slice(0, HEADER.evictedUntil) + encode(ms, TIME_WIDTH) + log.slice(HEADER.evictedUntil + TIME_WIDTH);
  const judgeLog = (log: string) =>
    judgeBlocks([aBlock()], {
      event: aTransaction({ dimensions: { client: "mallory" } }),
      hits: [],
      address: { log },
      windowMs: WINDOW_MS,
      hash: TEST_HASH,
    })[0]?.verdict;
  const own = aPackedLog([by("mallory", 1_000)]);

  test("when events within the window have left the log, unless those that are there say enough", () => {
    expect(judgeLog(evictedUntil(own, NOON - WINDOW_MS + 1))).toEqual({ kind: "ask", windowMs: WINDOW_MS });
    expect(judgeLog(evictedUntil(own, NOON - WINDOW_MS))).toEqual({ kind: "block" });
    expect(judgeLog(evictedUntil(aPackedLog([by("anna", 1_000)]), NOON - 1))).toEqual(review(1));
  });

  test("when the log is of another version", () => {
    expect(judgeLog(`0${own.slice(1)}`)).toEqual({ kind: "ask", windowMs: WINDOW_MS });
  });
});

test("what is blocked already is not asked for again; an allowed or another entity does not count", () => {
  expect(judge([], { hits: [aHit({})] })).toBeUndefined();
  expect(judge([], { hits: [aHit({ verdict: "allow", rules: ["shop/X"] }), aHit({ kind: "device", value: "d" })] })).toEqual({
    kind: "block",
  });
});
