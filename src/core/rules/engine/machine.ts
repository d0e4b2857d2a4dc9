import type { FeatureValue } from "../../features/value.ts";
import { FALSE, TRUE, toTruth, UNKNOWN, type Verdict } from "../verdict.ts";
import { type Assembly, COMPARE, INSIDE, LAZY_FALSE, LAZY_TRUE, OUTSIDE, SET_IN, SET_NOT_IN } from "./assemble.ts";

/** A lazy test that has not run for this event. */
const NOT_YET = 3;

/** What only a closure can decide, or a define by its root in the assembly. */
export type Lazy =
  | { readonly kind: "test"; readonly run: (values: readonly FeatureValue[]) => Verdict }
  | { readonly kind: "define"; readonly root: number };

export interface Machine {
  /** Forgets what was worked out for the last event. */
  reset(): void;
  /**
   * Decides the first `count` rules of a queue and sets their bits. `guard` is what the index found out about the guards of those it settles.
   * Returns TRUE, UNKNOWN, both or neither (as bits): which of `fired` and `unknown` got any.
   */
  decide(queue: Int32Array, count: number, guard: typeof TRUE | typeof UNKNOWN, values: readonly FeatureValue[]): number;
  /** One bit a rule. */
  readonly fired: Int32Array;
  readonly unknown: Int32Array;
}

/** Decides conditions laid out flat over columns that `x` holds. */
export function createMachine(assembly: Assembly, lazies: readonly Lazy[], x: Float64Array): Machine {
  const { what, column, other, bounds, sets, isSettled, rangesStart, rangesEnd, atomsEnd } = assembly;
  const { ruleGroups, groupsOfRules, groupIsAll, groupMembers, members, roots } = assembly;
  const memo = new Uint8Array(lazies.length).fill(NOT_YET);
  const words = (isSettled.length + 31) >> 5;
  const fired = new Int32Array(words);
  const unknown = new Int32Array(words);
  const hasRest = isSettled.map((_, rule) => Number(rangesEnd[rule] !== atomsEnd[rule] || ruleGroups[rule] !== ruleGroups[rule + 1]));

  // Indexes below are the assembly's own, always inside its arrays: `as number` says so to the compiler without a check at run time.
  function atomVerdict(atom: number, values: readonly FeatureValue[]): number {
    const kind = what[atom] as number;
    if (kind === LAZY_TRUE) return lazyVerdict(other[atom] as number, values);
    if (kind === LAZY_FALSE) {
      const verdict = lazyVerdict(other[atom] as number, values);
      return verdict === UNKNOWN ? UNKNOWN : 1 - verdict;
    }
    const a = x[column[atom] as number] as number;
    if (Number.isNaN(a)) return UNKNOWN;
    const first = bounds[atom * 2] as number;
    const second = bounds[atom * 2 + 1] as number;
    switch (kind) {
      case INSIDE:
        return a >= first && a <= second ? TRUE : FALSE;
      case OUTSIDE:
        return a >= first && a <= second ? FALSE : TRUE;
      case SET_IN:
        return (sets[other[atom] as number] as ReadonlySet<number>).has(a) ? TRUE : FALSE;
      case SET_NOT_IN:
        return (sets[other[atom] as number] as ReadonlySet<number>).has(a) ? FALSE : TRUE;
      default:
        return compare(kind, a, (x[other[atom] as number] as number) * first + second);
    }
  }

  function lazyVerdict(index: number, values: readonly FeatureValue[]): number {
    const known = memo[index] as number;
    if (known !== NOT_YET) return known;
    const lazy = lazies[index] as Lazy;
    let verdict: number;
    if (lazy.kind === "define") verdict = memberVerdict(roots[lazy.root] as number, values);
    else verdict = toTruth(lazy.run(values));
    memo[index] = verdict;
    return verdict;
  }

  function memberVerdict(member: number, values: readonly FeatureValue[]): number {
    return member >= 0 ? atomVerdict(member, values) : groupVerdict(~member, values);
  }

  /** `all` is decided by any false, `any` by any true; else any unknown makes it unknown. */
  function groupVerdict(group: number, values: readonly FeatureValue[]): number {
    const decisive = groupIsAll[group] === 1 ? FALSE : TRUE;
    const end = groupMembers[group + 1] as number;
    let verdict = 1 - decisive;
    for (let at = groupMembers[group] as number; at < end; at++) {
      const one = memberVerdict(members[at] as number, values);
      if (one === decisive) return decisive;
      if (one === UNKNOWN) verdict = UNKNOWN;
    }
    return verdict;
  }

  /** What follows a rule's ranges. */
  function restVerdict(rule: number, before: number, values: readonly FeatureValue[]): number {
    let verdict = before;
    const end = atomsEnd[rule] as number;
    for (let at = rangesEnd[rule] as number; at < end; at++) {
      const one = atomVerdict(at, values);
      if (one === FALSE) return FALSE;
      if (one === UNKNOWN) verdict = UNKNOWN;
    }
    const last = ruleGroups[rule + 1] as number;
    for (let at = ruleGroups[rule] as number; at < last; at++) {
      const one = groupVerdict(groupsOfRules[at] as number, values);
      if (one === FALSE) return FALSE;
      if (one === UNKNOWN) verdict = UNKNOWN;
    }
    return verdict;
  }

  /** The ranges of a rule, in one tight loop: FALSE, or the verdict so far. */
  function rangesVerdict(rule: number, before: number): number {
    let verdict = before;
    const end = rangesEnd[rule] as number;
    for (let at = rangesStart[rule] as number; at < end; at++) {
      const a = x[column[at] as number] as number;
      if (a >= (bounds[at * 2] as number) && a <= (bounds[at * 2 + 1] as number)) continue;
      if (!Number.isNaN(a)) return FALSE;
      verdict = UNKNOWN;
    }
    return verdict;
  }

  return {
    fired,
    unknown,
    reset() {
      if (memo.length > 0) memo.fill(NOT_YET);
    },
    decide(queue, count, guard, values) {
      let seen = 0;
      for (let next = 0; next < count; next++) {
        const rule = queue[next] as number;
        let verdict = rangesVerdict(rule, isSettled[rule] === 1 ? guard : TRUE);
        if (verdict !== FALSE && hasRest[rule] === 1) verdict = restVerdict(rule, verdict, values);
        if (verdict === FALSE) continue;
        seen |= verdict;
        const bits = verdict === UNKNOWN ? unknown : fired;
        bits[rule >> 5] = (bits[rule >> 5] as number) | (1 << (rule & 31));
      }
      return seen;
    },
  };
}

function compare(kind: number, a: number, b: number): number {
  if (Number.isNaN(b)) return UNKNOWN;
  switch (kind) {
    case COMPARE.gt:
      return a > b ? TRUE : FALSE;
    case COMPARE.gte:
      return a >= b ? TRUE : FALSE;
    case COMPARE.lt:
      return a < b ? TRUE : FALSE;
    case COMPARE.lte:
      return a <= b ? TRUE : FALSE;
    case COMPARE.eq:
      return a === b ? TRUE : FALSE;
    default:
      return a !== b ? TRUE : FALSE;
  }
}
