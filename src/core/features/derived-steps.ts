import type { ArithmeticDeclaration, CompareDeclaration, EmailDeclaration, Term } from "./declaration.ts";
import { calculate, domainOf, holds, isListedDomain } from "./derive.ts";
import { type FactState, inheritMarks, type Step } from "./fact-state.ts";
import type { FeatureValue } from "./value.ts";

/** Slot of a declared feature. INVARIANT: features come after those they read, so the name is there. */
export type SlotOf = (name: string) => number;

export function arithmeticStep(declaration: ArithmeticDeclaration, slot: number, slotOf: SlotOf): Step {
  const reads = declaration.of.map((term) => readTerm(term, slotOf));
  const from = slotsOf(declaration.of, slotOf);
  return (state) => {
    const numbers = numbersOf(state, reads);
    state.values[slot] = typeof numbers === "object" && numbers !== null ? calculate(declaration.op, numbers) : numbers;
    if (state.marks.size > 0) inheritMarks(state, slot, from);
  };
}

export function compareStep(declaration: CompareDeclaration, slot: number, slotOf: SlotOf): Step {
  const terms = [declaration.left, declaration.right];
  const reads = terms.map((term) => readTerm(term, slotOf));
  const from = slotsOf(terms, slotOf);
  return (state) => {
    const numbers = numbersOf(state, reads);
    const [left = 0, right = 0] = numbers ?? [];
    state.values[slot] = numbers ? holds(declaration.comparison, left, right) : numbers;
    if (state.marks.size > 0) inheritMarks(state, slot, from);
  };
}

export function emailStep(declaration: EmailDeclaration, slot: number, slotOf: SlotOf, disposableDomains: () => ReadonlySet<string>): Step {
  const from = slotOf(declaration.of);
  return (state) => {
    const email = state.values[from];
    const domain = typeof email === "string" ? domainOf(email) : email;
    state.values[slot] =
      declaration.measure === "isDisposable" && typeof domain === "string"
        ? isListedDomain(domain, disposableDomains())
        : textOrNone(domain);
  };
}

function textOrNone(value: FeatureValue): FeatureValue {
  return value === undefined || typeof value === "string" ? value : null;
}

function readTerm(term: Term, slotOf: SlotOf): (state: FactState) => FeatureValue {
  if ("literal" in term) return () => term.literal;
  const slot = slotOf(term.feature);
  return (state) => state.values[slot];
}

function slotsOf(terms: readonly Term[], slotOf: SlotOf): number[] {
  return terms.flatMap((term) => ("feature" in term ? [slotOf(term.feature)] : []));
}

/** All numbers; else undefined when one is missing, null when one is absent. */
function numbersOf(state: FactState, reads: readonly ((state: FactState) => FeatureValue)[]): number[] | null | undefined {
  const numbers: number[] = [];
  let isAbsent = false;
  for (const read of reads) {
    const value = read(state);
    if (value === undefined) return undefined;
    if (typeof value === "number") numbers.push(value);
    else isAbsent = true;
  }
  return isAbsent ? null : numbers;
}
