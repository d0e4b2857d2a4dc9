import type { Vocabulary } from "../../../src/core/features/catalogue.ts";
import type { FeatureType, FeatureValue } from "../../../src/core/features/value.ts";

/** One comparison as every contender can say it; a rule is all of its tests, and of one `any` where it has one. */
export interface BenchTest {
  readonly feature: string;
  readonly operator: "gt" | "gte" | "lt" | "lte" | "eq" | "ne" | "in";
  readonly operand: number | string | boolean | readonly string[] | { readonly feature: string };
}
export interface BenchRule {
  readonly all: readonly BenchTest[];
  readonly any: readonly BenchTest[];
}
export interface Workload {
  readonly vocabulary: Vocabulary;
  readonly rules: readonly BenchRule[];
  /** The same facts by slot and by name. */
  readonly events: readonly { readonly values: FeatureValue[]; readonly facts: Record<string, number | string | boolean> }[];
}

/** The same events with a share of the values absent or missing, half and half: what only a three-valued engine can decide. */
export function withGaps(workload: Workload, share: number): Workload {
  const random = createRandom(11);
  const gap = (): FeatureValue => (random() < 0.5 ? null : undefined);
  const events = workload.events.map(({ values, facts }) => ({ facts, values: values.map((value) => (random() < share ? gap() : value)) }));
  return { ...workload, events };
}

const WORDS = Array.from({ length: 24 }, (_, index) => `value-${index}`);

/** Mulberry32: a workload is the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 35 features (20 numbers, 9 texts, 6 booleans) and rules of about four tests; a fifth of the rules holds an `any` of two. */
export function createWorkload(ruleCount: number, eventCount: number): Workload {
  const random = createRandom(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const types = Array.from({ length: 35 }, (_, slot): FeatureType => (slot < 20 ? "ratio" : slot < 29 ? "text" : "boolean"));
  const slots = types.map((type, slot) => ({ name: `feature_${slot}`, slot, type, source: "event" as const }));
  const test = (): BenchTest => {
    const slot = pick(slots);
    const feature = slot.name;
    if (slot.type === "boolean") return { feature, operator: "eq", operand: random() < 0.5 };
    if (slot.type === "text") {
      const chance = random();
      if (chance < 0.6) return { feature, operator: "eq", operand: pick(WORDS) };
      if (chance < 0.8) return { feature, operator: "ne", operand: pick(WORDS) };
      return { feature, operator: "in", operand: [...new Set([pick(WORDS), pick(WORDS), pick(WORDS)])] };
    }
    const operator = pick(["gt", "gte", "lt", "lte"] as const);
    if (random() < 0.06) return { feature, operator, operand: { feature: pick(slots.slice(0, 20)).name } };
    return { feature, operator, operand: Math.round(random() * 1_000) };
  };
  const rules = Array.from({ length: ruleCount }, (): BenchRule => {
    const hasAny = random() < 0.2;
    const count = (hasAny ? 1 : 3) + Math.floor(random() * 3);
    return { all: Array.from({ length: count }, test), any: hasAny ? [test(), test()] : [] };
  });
  const events = Array.from({ length: eventCount }, () => {
    const values = slots.map(({ type }) =>
      type === "ratio" ? Math.round(random() * 100_000) / 100 : type === "text" ? pick(WORDS) : random() < 0.5,
    );
    return { values, facts: Object.fromEntries(values.map((value, slot) => [`feature_${slot}`, value])) };
  });
  return { vocabulary: { slots, byName: new Map(slots.map((slot) => [slot.name, slot])) }, rules, events };
}
