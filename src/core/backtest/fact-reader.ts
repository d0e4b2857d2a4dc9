import type { CanonicalEvent } from "../event/event.ts";
import { differsStep } from "../features/address-steps.ts";
import type { FeatureCatalogue } from "../features/catalogue.ts";
import type { FactDeps } from "../features/compile-facts.ts";
import type { Declaration } from "../features/declaration.ts";
import { arithmeticStep, compareStep, emailStep } from "../features/derived-steps.ts";
import { deviceStep } from "../features/device-step.ts";
import { calendarStep, fieldStep } from "../features/event-steps.ts";
import type { FactState, Step } from "../features/fact-state.ts";
import type { FeatureValue } from "../features/value.ts";
import { createDecodedLog, type DecodedLog } from "../velocity/decode-log.ts";
import type { StoredCase } from "./stored-case.ts";

/** Stored facts as the slots of another catalogue. */
export interface FactReader {
  /** Features of the new catalogue that these records cannot give: always missing. */
  readonly lacking: ReadonlySet<string>;
  read(one: Pick<StoredCase, "facts" | "event" | "isOwnEvent">): FeatureValue[];
}

/**
 * Prepares reading the facts that one version of the features stored into the slots of another. A value is taken over when its declaration,
 * and those of all it is made of, are the same; one that changed or is new is computed when it is made of what is there (arithmetic, comparisons,
 * e-mail domains, fields of the event, hours); anything else is lacking, and so missing and never false.
 * @param recorded what the stored facts were declared as; null when nobody knows, and then nothing is taken over
 */
export function createFactReader(
  wanted: FeatureCatalogue,
  recorded: FeatureCatalogue | null,
  deps: Pick<FactDeps, "disposableDomains">,
): FactReader {
  const same = new Set<string>();
  const lacking = new Set<string>();
  const names = wanted.slots.map(({ name }) => name);
  const copied = new Uint8Array(names.length);
  const computed: { readonly slot: number; readonly isOfEvent: boolean; readonly step: Step }[] = [];

  for (const [slot, declaration] of wanted.declarations.entries()) {
    const { name } = declaration;
    const before = recorded?.declarations[recorded.byName.get(name)?.slot ?? -1];
    const step = stepOf(declaration, slot, wanted, deps);
    if (before !== undefined && isSame(before, declaration) && readsOf(declaration).every((read) => same.has(read))) {
      same.add(name);
      copied[slot] = 1;
    } else if (step !== null && inputsOf(declaration).every((read) => !lacking.has(read))) {
      const isOfEvent = declaration.kind === "field" || declaration.kind === "calendar" || declaration.kind === "device";
      computed.push({ slot, isOfEvent, step: withDefault(step, declaration, slot, wanted) });
    } else lacking.add(name);
  }

  const scratch = createDecodedLog();
  return {
    lacking,
    read({ facts, event, isOwnEvent }) {
      const values: FeatureValue[] = new Array(names.length).fill(undefined);
      const stored = facts.values;
      for (let slot = 0; slot < names.length; slot++) if (copied[slot] === 1) values[slot] = stored[names[slot] as string];
      if (computed.length > 0) {
        const state = stateOf(values, event, scratch);
        for (const { slot, isOfEvent, step } of computed) {
          if (isOfEvent && !isOwnEvent) values[slot] = undefined;
          else step(state);
        }
      }
      return values;
    },
  };
}

const isSame = (a: Declaration, b: Declaration): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The features a value is computed from. */
function inputsOf(declaration: Declaration): string[] {
  switch (declaration.kind) {
    case "arithmetic":
      return declaration.of.flatMap((term) => ("feature" in term ? [term.feature] : []));
    case "compare":
      return [declaration.left, declaration.right].flatMap((term) => ("feature" in term ? [term.feature] : []));
    case "email":
    case "unusualCountry":
      return [declaration.of];
    case "differs":
      return [...declaration.of];
    default:
      return [];
  }
}

/** Those, and the one that stands in for it. */
export function readsOf(declaration: Declaration): string[] {
  const { default: standIn } = declaration;
  return typeof standIn === "object" && standIn !== null ? [...inputsOf(declaration), standIn.feature] : inputsOf(declaration);
}

/** How a feature is computed without any history; null when it needs one. */
function stepOf(
  declaration: Declaration,
  slot: number,
  catalogue: FeatureCatalogue,
  deps: Pick<FactDeps, "disposableDomains">,
): Step | null {
  const slotOf = (name: string): number => catalogue.byName.get(name)?.slot ?? -1;
  switch (declaration.kind) {
    case "arithmetic":
      return arithmeticStep(declaration, slot, slotOf);
    case "compare":
      return compareStep(declaration, slot, slotOf);
    case "differs":
      return differsStep(declaration, slot, slotOf);
    case "email":
      return emailStep(declaration, slot, slotOf, deps.disposableDomains);
    case "field":
      return fieldStep(declaration, slot, catalogue.currencyExponent);
    case "calendar":
      return calendarStep(declaration, slot);
    case "device":
      return deviceStep(declaration, slot);
    case "history":
    case "distance":
    case "behaviour":
    case "profile":
    case "store":
    case "service":
    case "address":
    case "unusualCountry":
      return null;
  }
}

/** Puts the declared default in the place of an absent value; one that is itself lacking leaves it missing. */
function withDefault(step: Step, { default: standIn }: Declaration, slot: number, { byName }: FeatureCatalogue): Step {
  if (standIn === null) return step;
  const other = typeof standIn === "object" ? (byName.get(standIn.feature)?.slot ?? -1) : -1;
  return (state) => {
    step(state);
    if (state.values[slot] === null) state.values[slot] = typeof standIn === "object" ? state.values[other] : standIn;
  };
}

/** What the steps above see of an evaluation: the event and the values so far. */
function stateOf(values: FeatureValue[], event: CanonicalEvent, log: DecodedLog): FactState {
  return {
    input: { event, self: true, logs: undefined, roles: undefined, store: undefined, client: undefined, dest: undefined },
    values,
    marks: new Map(),
    missing: new Set(),
    self: { event, atMs: event.occurredAtMs, log, counts: false },
    logs: [],
    clientMark: null,
    destMark: null,
  };
}
