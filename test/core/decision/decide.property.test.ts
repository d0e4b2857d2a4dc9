import fc from "fast-check";
import { expect, test } from "vitest";
import { type DecideInput, type DecidingRule, decide, outcomesIfTrue } from "../../../src/core/decision/decide.ts";
import type { OutcomeBound } from "../../../src/core/decision/outcome.ts";
import type { ListHit } from "../../../src/core/lists/list-hit.ts";
import { naiveDecide } from "../../support/rules/naive-decide.ts";

const bound = fc.constantFrom<OutcomeBound | undefined>(
  undefined,
  undefined,
  { atLeast: "review" },
  { atLeast: "block" },
  { atMost: "review" },
  { atMost: "allow" },
);
const rules = fc
  .array(
    fc.record({
      mode: fc.constantFrom("live", "live", "live", "shadow", "off"),
      score: fc.integer({ min: -50, max: 90 }),
      outcome: bound,
      rollout: fc.constantFrom(undefined, undefined, 10, 50, 100),
      holdout: fc.constantFrom(undefined, undefined, 2, 50),
    }),
    { maxLength: 6 },
  )
  .map((all): DecidingRule[] =>
    all.map((rule, index) => ({ ...rule, id: `R${index}`, name: "n", reason: `r${index}`, severity: "low" }) as DecidingRule),
  );
type GivenHit = Pick<ListHit, "verdict" | "kind" | "rules" | "source">;
const hits: fc.Arbitrary<GivenHit[]> = fc.array(
  fc.record({
    verdict: fc.constantFrom("block" as const, "allow" as const),
    kind: fc.constantFrom("client" as const, "ip" as const),
    rules: fc.constantFrom(null, ["R0"], ["R1", "R2"]),
    source: fc.constantFrom("staff" as const, "auto" as const, "ruleset" as const),
  }),
  { maxLength: 3 },
);
const inputs: fc.Arbitrary<DecideInput> = fc
  .record({
    fired: rules,
    hits: fc.oneof({ weight: 3, arbitrary: fc.constant<GivenHit[]>([]) }, { weight: 2, arbitrary: hits }),
    client: fc.integer({ min: 0, max: 500 }),
    isGuarded: fc.boolean(),
    probability: fc.constantFrom(0, 0, 0.2, 0.55, 0.9),
    degraded: fc.constantFrom([], [], ["velocity"]),
    amountMinor: fc.constantFrom(null, 100, 99_999),
    limit: fc.constantFrom(null, 50_000),
  })
  .map((given) => ({
    amountMinor: given.amountMinor,
    facts: { values: [], marks: new Map() },
    vocabulary: { slots: [], byName: new Map() },
    policy: { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegradedMinor: given.limit },
    fired: given.fired,
    hits: given.hits.map(
      (hit, index): ListHit => ({
        ...hit,
        rules: hit.verdict === "block" ? null : hit.rules,
        id: `h${index}`,
        value: "v",
        reason: "why",
        expiresAtMs: null,
      }),
    ),
    member: { id: "e", dimensions: { client: `c${given.client}` } },
    guard: given.isGuarded ? { seq: 1, untilMs: 1 } : null,
    model: { status: "scored", name: "m", version: "1", probability: given.probability, outOfRange: [] },
    degraded: given.degraded,
  }));

test("a decision is what a naive reading of the precedence comes to, lists, cohorts and guard included", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(inputs, (input) => {
      const naive = naiveDecide(input);
      const { outcome, decidedBy, acted, shadow, blocking, isHeldBack, decisive } = decide(input);
      const idsOf = (some: readonly DecidingRule[]): string[] => some.map(({ id }) => id).sort();
      const by = decidedBy.kind === "rule" || decidedBy.kind === "score" ? "rule or score" : decidedBy.kind;
      expect({ outcome, by, acted: idsOf(acted), shadow: idsOf(shadow), blocking: idsOf(blocking) }).toEqual(naive);
      expect(isHeldBack).toBe(naive.by === "guard");
      expect(decisive !== null).toBe(isHeldBack || (outcome === "block" && by === "rule or score"));
      seen.set(by, (seen.get(by) ?? 0) + 1);
    }),
    { numRuns: 3_000 },
  );
  // Each way to decide must keep coming up.
  for (const kind of ["block_list", "whitelist", "holdout", "guard", "degraded", "rule or score"])
    expect([kind, (seen.get(kind) ?? 0) > 20]).toEqual([kind, true]);
});

test("what an unknown rule would have made of the outcome is what a naive decision with it comes to", () => {
  let changed = 0;
  fc.assert(
    fc.property(inputs, rules, (input, others) => {
      const unknown = others.map((rule) => ({ ...rule, id: `U${rule.id}` }));
      const expected = unknown.map((rule) => naiveDecide({ ...input, fired: [...input.fired, rule] }).outcome);
      const decided = decide(input);
      expect(outcomesIfTrue(input, decided, unknown)).toEqual(expected.map((outcome) => (outcome === decided.outcome ? null : outcome)));
      changed += expected.filter((outcome) => outcome !== decided.outcome).length;
    }),
    { numRuns: 3_000 },
  );
  expect(changed).toBeGreaterThan(500);
});
