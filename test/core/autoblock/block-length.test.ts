import { expect, test } from "vitest";
import { blockLengthMs } from "../../../src/core/autoblock/block-length.ts";

test("each block of a target lasts as long as the rule's ladder says, the last figure from then on", () => {
  const ladder = { forMs: 1, escalateMs: [24, 168] };
  expect([0, 1, 2, 3, 50].map((earlier) => blockLengthMs(ladder, earlier))).toEqual([1, 24, 168, 168, 168]);
});

test("without a ladder every block lasts as long", () => {
  expect([0, 1, 9].map((earlier) => blockLengthMs({ forMs: 7, escalateMs: [] }, earlier))).toEqual([7, 7, 7]);
});
