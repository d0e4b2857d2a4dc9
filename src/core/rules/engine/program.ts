import type { Vocabulary } from "../../features/catalogue.ts";
import type { FeatureValue } from "../../features/value.ts";
import { testCount } from "../check-define.ts";
import type { ConditionNode } from "../condition.ts";
import type { ListLookup } from "../list.ts";
import { prepareTest } from "../prepare-test.ts";
import { TRUE, UNKNOWN } from "../verdict.ts";
import { assemble } from "./assemble.ts";
import { createChanceOf } from "./chance.ts";
import { createColumnBuilder } from "./columns.ts";
import { guardOf } from "./guard.ts";
import { buildGuardIndex } from "./guard-index.ts";
import { createMachine, type Lazy } from "./machine.ts";
import { type NormalFormParts, type NormalNode, normalForm } from "./normal-form.ts";

/** Indexes of rules in the ruleset, ascending. */
export interface Evaluation {
  readonly fired: readonly number[];
  readonly unknown: readonly number[];
}
export interface ProgramParts {
  /** Conditions with their rules' indexes in the ruleset, ascending. */
  readonly rules: readonly { readonly index: number; readonly condition: ConditionNode }[];
  readonly defines: ReadonlyMap<string, ConditionNode>;
  readonly vocabulary: Vocabulary;
  readonly lists: ListLookup;
}
export type Program = (values: readonly FeatureValue[]) => Evaluation;

const NONE: readonly number[] = Object.freeze([]);

/** Compiles the rules of one kind of event into a function that allocates only its answer. */
export function createProgram(parts: ProgramParts): Program {
  const columns = createColumnBuilder();
  const { lazies, roots, formParts } = createLazies(parts, columns);
  const forms = parts.rules.map((rule) => normalForm(rule.condition, true, formParts));
  // Defines are brought into form after the rules, and may ask for further defines while they are.
  const rootForms: NormalNode[] = [];
  for (let at = 0; at < roots.length; at++) {
    const condition = parts.defines.get(roots[at] ?? "");
    if (condition !== undefined) rootForms.push(normalForm(condition, true, formParts));
  }
  const chanceOf = createChanceOf(forms, columns);
  const guards = forms.map((form) => guardOf(form, chanceOf));
  const filler = columns.build();
  const { positions } = filler;
  const x = new Float64Array(positions.length);
  const machine = createMachine(assemble(forms, guards, rootForms, { chanceOf, positions }), lazies, x);
  const index = buildGuardIndex(guards, { codeCount: columns.codeCount, positions });
  const ruleIndexes = Int32Array.from(parts.rules, (rule) => rule.index);

  return (values) => {
    const unknownColumns = filler.fill(values, x);
    machine.reset();
    let seen = machine.decide(index.queue, index.letThrough(x), TRUE, values);
    if (unknownColumns > 0) seen |= machine.decide(index.queue, index.notPassedOver(x), UNKNOWN, values);
    return {
      fired: (seen & TRUE) === 0 ? NONE : takeBits(machine.fired, ruleIndexes),
      unknown: (seen & UNKNOWN) === 0 ? NONE : takeBits(machine.unknown, ruleIndexes),
    };
  };
}

function createLazies(
  parts: ProgramParts,
  columns: NormalFormParts["columns"],
): { lazies: Lazy[]; roots: string[]; formParts: NormalFormParts } {
  const lazies: Lazy[] = [];
  const roots: string[] = [];
  const sizes = new Map<string, number>();
  for (const [name, condition] of parts.defines) sizes.set(name, testCount(condition, sizes));
  const byKey = new Map<string, number>();
  const intern = (key: string, create: () => Lazy): number => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, lazies.length);
    lazies.push(create());
    return lazies.length - 1;
  };
  const formParts: NormalFormParts = {
    vocabulary: parts.vocabulary,
    defines: parts.defines,
    sizes,
    columns,
    lazyTest: (test) =>
      intern(JSON.stringify([test.name, test.operator, test.operand, test.or]), () => ({
        kind: "test",
        run: prepareTest(test, parts.vocabulary, parts.lists),
      })),
    lazyDefine: (name) => intern(name, () => ({ kind: "define", root: roots.push(name) - 1 })),
  };
  return { lazies, roots, formParts };
}

/** The set bits as rule indexes, ascending; clears them. */
function takeBits(bits: Int32Array, ruleIndexes: Int32Array): readonly number[] {
  const out: number[] = [];
  for (let word = 0; word < bits.length; word++) {
    let left = bits[word] as number;
    if (left === 0) continue;
    bits[word] = 0;
    while (left !== 0) {
      const bit = 31 - Math.clz32(left & -left);
      out.push(ruleIndexes[(word << 5) | bit] as number);
      left &= left - 1;
    }
  }
  return out;
}
