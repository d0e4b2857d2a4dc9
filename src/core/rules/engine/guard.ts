import { type Atom, isRange, type RangeAtom, type SetAtom } from "./atom.ts";
import type { ChanceOf } from "./chance.ts";
import type { NormalNode } from "./normal-form.ts";

/** An atom the index can find by a column's value. */
export type GuardAtom = RangeAtom | SetAtom;

/** Atoms of which one must be true or unknown for a rule not to be false; fewer rules are visited the less likely they are. */
export interface Guard {
  readonly atoms: readonly GuardAtom[];
  /** Estimated chance, in [0, 1], that the guard lets a visit through. */
  readonly chance: number;
}

/** Past this many atoms looking a guard up costs more than evaluating the rule. */
const WIDEST = 16;

/** The guard of a condition, or null when it has none: an atom is its own, `all` takes its least likely part's, `any` needs all of its parts'. */
export function guardOf(node: NormalNode, chanceOf: ChanceOf): Guard | null {
  if (node.kind === "atom") {
    const { atom } = node;
    return isGuardAtom(atom) ? { atoms: [atom], chance: chanceOf(atom) } : null;
  }
  const guards = node.of.map((part) => guardOf(part, chanceOf));
  return node.kind === "all" ? leastLikely(guards) : union(guards);
}

const isGuardAtom = (atom: Atom): atom is GuardAtom => isRange(atom) || (atom.kind === "set" && atom.isIn);

function leastLikely(guards: readonly (Guard | null)[]): Guard | null {
  let best: Guard | null = null;
  for (const guard of guards) if (guard !== null && (best === null || guard.chance < best.chance)) best = guard;
  return best;
}

function union(guards: readonly (Guard | null)[]): Guard | null {
  const atoms: GuardAtom[] = [];
  let chance = 0;
  for (const guard of guards) {
    if (guard === null) return null;
    atoms.push(...guard.atoms);
    chance += guard.chance;
  }
  return atoms.length > WIDEST || chance >= 1 ? null : { atoms, chance };
}
