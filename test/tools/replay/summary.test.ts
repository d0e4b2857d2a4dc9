import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../src/core/decision/outcome.ts";
import { report } from "../../../src/tools/replay/report.ts";
import type { Answer } from "../../../src/tools/replay/send.ts";
import { createTally, percentile } from "../../../src/tools/replay/summary.ts";

const decided = (outcome: Outcome, change: { rules?: string[]; degraded?: string[]; latencyMs?: number } = {}): Answer => ({
  kind: "decided",
  latencyMs: change.latencyMs ?? 1,
  decision: {
    decision_id: "d",
    outcome,
    rules: (change.rules ?? []).map((id) => ({ id })),
    degraded: change.degraded ?? [],
    model: { status: "scored" },
  },
});

describe("a replay's summary", () => {
  test("counts review and block as caught, and block alone beside it", () => {
    const tally = createTally();
    tally.add(true, decided("block"));
    tally.add(true, decided("review"));
    tally.add(true, decided("challenge"));
    tally.add(true, decided("allow"));
    tally.add(false, decided("review"));
    tally.add(false, decided("allow"));
    const { outcomes, caught } = tally.summary();
    expect(caught.reviewOrBlock).toEqual({ recall: 2 / 4, precision: 2 / 3 });
    expect(caught.block).toEqual({ recall: 1 / 4, precision: 1 });
    expect(outcomes).toEqual({
      allow: { all: 2, fraud: 1 },
      challenge: { all: 1, fraud: 1 },
      review: { all: 2, fraud: 1 },
      block: { all: 1, fraud: 1 },
    });
  });

  test("counts a fraud without an answer as sent and missed", () => {
    const tally = createTally();
    tally.add(true, decided("block"));
    tally.add(true, { kind: "error", code: "ECONNREFUSED", latencyMs: 1 });
    const { sent, decided: answered, caught, errors } = tally.summary();
    expect([sent, answered, caught.block.recall, errors]).toEqual([2, 1, 0.5, [["ECONNREFUSED", 1]]]);
  });

  test("counts rules, degraded parts and errors, the most frequent first", () => {
    const tally = createTally();
    tally.add(true, decided("allow", { rules: ["transfer/R1", "transfer/R2"], degraded: ["postgres"] }));
    tally.add(false, decided("allow", { rules: ["transfer/R2"], degraded: ["postgres", "redis"] }));
    tally.addError("label: not_found");
    const { rules, degraded, errors } = tally.summary();
    expect(rules).toEqual([
      ["transfer/R2", { all: 2, fraud: 1 }],
      ["transfer/R1", { all: 1, fraud: 1 }],
    ]);
    expect(degraded).toEqual([
      ["postgres", 2],
      ["redis", 1],
    ]);
    expect(errors).toEqual([["label: not_found", 1]]);
  });

  test("gives latencies by nearest rank", () => {
    const tally = createTally();
    for (let latencyMs = 100; latencyMs >= 1; latencyMs--) tally.add(false, decided("allow", { latencyMs }));
    expect(tally.summary().latency).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test("prints as tables, a dash where there is nothing to divide by", () => {
    const tally = createTally();
    tally.add(false, decided("allow", { rules: ["checkout/R1"], latencyMs: 2.345 }));
    const lines = report(tally.summary(), 2_000, 3).split("\n");
    expect(lines[0]).toBe("1 transactions, 1 decided, 0 of them fraud, in 2.0 s (1 a second)");
    expect(lines[1]).toBe("3 left out: their amount is outside the API's range");
    expect(lines).toContain("review or block        –           –");
    expect(lines).toContain("checkout/R1      1       0");
    expect(lines.at(-1)).toBe("latency   p50 2.3 ms   p95 2.3 ms   p99 2.3 ms   max 2.3 ms");
  });
});
