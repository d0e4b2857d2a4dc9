import { expect, test } from "vitest";
import { type Labelled, postLabels } from "../../../src/tools/replay/post-labels.ts";

const labels = (...ids: string[]): Labelled[] => ids.map((decisionId) => ({ decisionId, isFraud: false }));

function aPace() {
  const waits: number[] = [];
  const pace = {
    concurrency: 2,
    ratePerSecond: Number.POSITIVE_INFINITY,
    nowMs: () => 0,
    wait: async (ms: number) => {
      waits.push(ms);
    },
    isStopped: () => false,
  };
  return { pace, waits };
}

test("a label whose decision is not stored yet is posted again, one that was taken is not", async () => {
  const { pace, waits } = aPace();
  const tries: string[] = [];
  const codes = await postLabels(labels("a", "b"), pace, async ({ decisionId }) => {
    tries.push(decisionId);
    return decisionId === "b" && tries.length < 4 ? "not_found" : null;
  });
  expect(codes).toEqual([]);
  expect(tries).toEqual(["a", "b", "b", "b"]);
  expect(waits).toEqual([2_000, 2_000]);
});

test("a decision that never comes, and any other fault, give their code once", async () => {
  const { pace, waits } = aPace();
  const codes = await postLabels(labels("gone", "refused"), pace, async ({ decisionId }) =>
    decisionId === "gone" ? "not_found" : "forbidden",
  );
  expect(codes.sort()).toEqual(["forbidden", "not_found"]);
  expect(waits).toHaveLength(14);
});

test("a stop ends the rounds", async () => {
  const { pace } = aPace();
  let isStopped = false;
  const codes = await postLabels(labels("a"), { ...pace, isStopped: () => isStopped }, async () => {
    isStopped = true;
    return "not_found";
  });
  expect(codes).toEqual([]);
});
