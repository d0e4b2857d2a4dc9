import type { Vocabulary } from "../features/catalogue.ts";
import type { ConditionNode } from "./condition.ts";
import { createFeatureJudge, type WantedTest } from "./feature-judge.ts";

export interface TruthContext {
  readonly defines: ReadonlyMap<string, ConditionNode>;
  readonly vocabulary: Vocabulary;
}
/** An alternative that can never be what it is there for, given what goes with it. */
export interface DeadBranch {
  readonly path: string;
  readonly feature: string | null;
}
export interface TruthFinder {
  /** Whether some facts could make a condition true (or false). */
  canBe(condition: ConditionNode, wanted: boolean): boolean;
  /** The feature whose tests contradict each other, where one does by itself. */
  conflictOf(condition: ConditionNode): string | null;
  /** Alternatives of a condition that can never be true beside what must hold with them. */
  deadBranches(condition: ConditionNode): readonly DeadBranch[];
}

type Given = ReadonlyMap<string, readonly WantedTest[]>;
interface Wish {
  readonly node: ConditionNode;
  readonly wanted: boolean;
}

/**
 * Finds conditions that nothing can make true, from the tests of each feature by itself: intervals, values, presence. Features are taken as
 * independent, comparisons of two features and lists as possible, and the alternatives of several `any` one `any` at a time, so it errs on the
 * side of "can be": what it calls impossible is impossible.
 */
export function createTruthFinder({ defines, vocabulary }: TruthContext): TruthFinder {
  const judge = createFeatureJudge(vocabulary);

  /** What a wish asks of features at once, and the choices it leaves. */
  function unfold(wish: Wish, tests: WantedTest[], choices: Wish[][]): void {
    const { node, wanted } = wish;
    if (node.kind === "not") unfold({ node: node.of, wanted: !wanted }, tests, choices);
    else if (node.kind === "test") {
      const define = defines.get(node.name);
      if (define === undefined) tests.push({ test: node, wanted });
      else unfold({ node: define, wanted }, tests, choices);
    } else if ((node.kind === "all") === wanted) for (const part of node.of) unfold({ node: part, wanted }, tests, choices);
    else choices.push(node.of.map((part) => ({ node: part, wanted })));
  }

  /** Null when a wish can come true beside what is given, else the feature that forbids it (or null in it). Dead alternatives are told of. */
  function conflict(wish: Wish, given: Given, tell: (dead: DeadBranch) => void): { readonly feature: string | null } | null {
    const tests: WantedTest[] = [];
    const choices: Wish[][] = [];
    unfold(wish, tests, choices);
    const all = new Map(given);
    for (const one of tests) all.set(one.test.name, [...(all.get(one.test.name) ?? []), one]);
    for (const name of new Set(tests.map(({ test }) => test.name))) if (!judge(name, all.get(name) ?? [])) return { feature: name };
    for (const choice of choices) {
      const dead: DeadBranch[] = [];
      for (const alternative of choice) {
        const found = conflict(alternative, all, tell);
        if (found !== null) dead.push({ path: alternative.node.path, feature: found.feature });
      }
      if (dead.length === choice.length) return { feature: dead.length === 1 ? (dead[0]?.feature ?? null) : null };
      for (const one of dead) tell(one);
    }
    return null;
  }

  const ignore = (): void => undefined;
  return {
    canBe: (node, wanted) => conflict({ node, wanted }, new Map(), ignore) === null,
    conflictOf: (node) => conflict({ node, wanted: true }, new Map(), ignore)?.feature ?? null,
    deadBranches(node) {
      const found: DeadBranch[] = [];
      conflict({ node, wanted: true }, new Map(), (dead) => found.push(dead));
      return found;
    },
  };
}
