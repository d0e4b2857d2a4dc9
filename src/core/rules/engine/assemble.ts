import type { Comparison } from "../operator-row.ts";
import { type Atom, isRange } from "./atom.ts";
import type { ChanceOf } from "./chance.ts";
import type { Guard } from "./guard.ts";
import { isSettledByIndex } from "./guard-index.ts";
import type { NormalNode } from "./normal-form.ts";

/** What an atom does, as a number. */
export const INSIDE = 0;
export const OUTSIDE = 1;
export const SET_IN = 2;
export const SET_NOT_IN = 3;
export const LAZY_TRUE = 4;
export const LAZY_FALSE = 5;
export const COMPARE: Readonly<Record<Comparison, number>> = { gt: 6, gte: 7, lt: 8, lte: 9, eq: 10, ne: 11 };

/** Conditions as flat arrays: atom a is `what[a]` on `column[a]`, with `other[a]` (a column, set or lazy) and `bounds[2a], bounds[2a + 1]`. */
export interface Assembly {
  readonly what: Uint8Array;
  readonly column: Int32Array;
  readonly other: Int32Array;
  readonly bounds: Float64Array;
  readonly sets: readonly ReadonlySet<number>[];
  /**
   * Rule r's atoms, which must all hold: its guard alone where the index settles it (then `isSettled[r]` is 1 and no visit looks at it again),
   * ranges from `rangesStart[r]` to `rangesEnd[r]`, others up to `atomsEnd[r]`.
   */
  readonly isSettled: Uint8Array;
  readonly rangesStart: Int32Array;
  readonly rangesEnd: Int32Array;
  readonly atomsEnd: Int32Array;
  /** Rule r's groups, which must all hold too, are `groupsOfRules[ruleGroups[r] … ruleGroups[r + 1]]`. */
  readonly ruleGroups: Int32Array;
  readonly groupsOfRules: Int32Array;
  /** Group g is 1 (all) or 0 (any) of `members[groupMembers[g] … groupMembers[g + 1]]`; a member is an atom, or ~group. */
  readonly groupIsAll: Uint8Array;
  readonly groupMembers: Int32Array;
  readonly members: Int32Array;
  /** The remembered defines, as members. */
  readonly roots: Int32Array;
}

/** Lays conditions out flat; in each rule what is most likely false, and cheap, comes first. */
export function assemble(
  rules: readonly NormalNode[],
  guards: readonly (Guard | null)[],
  roots: readonly NormalNode[],
  context: { readonly chanceOf: ChanceOf; readonly positions: Int32Array },
): Assembly {
  const { chanceOf, positions } = context;
  const atoms: Atom[] = [];
  const groups: { isAll: boolean; members: number[] }[] = [];
  const addMember = (node: NormalNode): number => {
    if (node.kind === "atom") return atoms.push(node.atom) - 1;
    const isAll = node.kind === "all";
    const members = node.of.toSorted((a, b) => costOf(a) - costOf(b)).map(addMember);
    return ~(groups.push({ isAll, members }) - 1);
  };

  const isSettled = new Uint8Array(rules.length);
  const rangesStart = new Int32Array(rules.length);
  const rangesEnd = new Int32Array(rules.length);
  const atomsEnd = new Int32Array(rules.length);
  rules.forEach((rule, index) => {
    const own = partsOf(rule).flatMap((part) => (part.kind === "atom" ? [part.atom] : []));
    const guard = guards[index]?.atoms;
    const [only] = guard ?? [];
    const settled = guard?.length === 1 && only !== undefined && own.includes(only) && isSettledByIndex(only) ? only : null;
    const rest = own.filter((atom) => atom !== settled).toSorted((a, b) => rankOf(a) - rankOf(b) || chanceOf(a) - chanceOf(b));
    isSettled[index] = settled === null ? 0 : 1;
    rangesStart[index] = atoms.length;
    rangesEnd[index] = atoms.length + rest.filter(isRange).length;
    atomsEnd[index] = atoms.push(...rest);
  });
  // A group's atoms must not come between two rules' atoms, so groups follow all rules.
  const ruleGroups = [0];
  const groupsOfRules: number[] = [];
  for (const rule of rules) {
    for (const part of partsOf(rule)) if (part.kind !== "atom") groupsOfRules.push(~addMember(part));
    ruleGroups.push(groupsOfRules.length);
  }
  const rootMembers = roots.map(addMember);
  const groupMembers = [0];
  for (const { members } of groups) groupMembers.push((groupMembers.at(-1) ?? 0) + members.length);
  return {
    ...encode(atoms, positions),
    isSettled,
    rangesStart,
    rangesEnd,
    atomsEnd,
    ruleGroups: Int32Array.from(ruleGroups),
    groupsOfRules: Int32Array.from(groupsOfRules),
    groupIsAll: Uint8Array.from(groups, ({ isAll }) => (isAll ? 1 : 0)),
    groupMembers: Int32Array.from(groupMembers),
    members: Int32Array.from(groups.flatMap(({ members }) => members)),
    roots: Int32Array.from(rootMembers),
  };
}

const partsOf = (rule: NormalNode): readonly NormalNode[] => (rule.kind === "all" ? rule.of : [rule]);

/** Ranges first: they are decided in one tight loop. */
function rankOf(atom: Atom): number {
  if (isRange(atom)) return 0;
  return atom.kind === "lazy" ? 2 : 1;
}

const costOf = (node: NormalNode): number => (node.kind === "atom" ? rankOf(node.atom) : 1.5);

function encode(atoms: readonly Atom[], positions: Int32Array): Pick<Assembly, "what" | "column" | "other" | "bounds" | "sets"> {
  const sets: ReadonlySet<number>[] = [];
  const what = new Uint8Array(atoms.length);
  const column = new Int32Array(atoms.length);
  const other = new Int32Array(atoms.length);
  const bounds = new Float64Array(atoms.length * 2);
  atoms.forEach((atom, at) => {
    if (atom.kind !== "lazy") column[at] = positions[atom.column] ?? 0;
    switch (atom.kind) {
      case "range":
        what[at] = atom.isInside ? INSIDE : OUTSIDE;
        bounds.set([atom.low, atom.high], at * 2);
        break;
      case "column":
        what[at] = COMPARE[atom.op];
        other[at] = positions[atom.other] ?? 0;
        bounds.set([atom.times, atom.plus], at * 2);
        break;
      case "set":
        what[at] = atom.isIn ? SET_IN : SET_NOT_IN;
        other[at] = sets.push(new Set(atom.values)) - 1;
        break;
      case "lazy":
        what[at] = atom.wanted ? LAZY_TRUE : LAZY_FALSE;
        other[at] = atom.lazy;
        break;
    }
  });
  return { what, column, other, bounds, sets };
}
