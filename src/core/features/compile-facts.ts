import { createDecodedLog, type DecodedLog } from "../velocity/decode-log.ts";
import type { DimensionHash } from "../velocity/dimension-hash.ts";
import { groupHistory, type HistoryGroup, type LogRole } from "../velocity/history-group.ts";
import type { PredicateContext } from "../velocity/record-predicate.ts";
import { addressStep, differsStep, unusualCountryStep } from "./address-steps.ts";
import { aggregateStep } from "./aggregate-steps.ts";
import { createZoneClock } from "./calendar.ts";
import type { FeatureCatalogue } from "./catalogue.ts";
import { type Declaration, type HistoryDeclaration, isKnownDestination } from "./declaration.ts";
import { arithmeticStep, compareStep, emailStep } from "./derived-steps.ts";
import { destinationStep } from "./destination-step.ts";
import { deviceStep } from "./device-step.ts";
import { distanceStep } from "./distance-step.ts";
import { calendarStep, fieldStep } from "./event-steps.ts";
import { type FactState, inheritMarks, type Step } from "./fact-state.ts";
import { behaviourStep, profileStep, storeStep } from "./lookup-steps.ts";
import { serviceStep } from "./service-step.ts";

/** What the evaluation of features needs from outside. */
export interface FactDeps {
  /** The hash the logs were written with. */
  readonly hash: DimensionHash;
  /** Throw-away e-mail domains, in lower case; asked when a feature first needs them. */
  readonly disposableDomains: () => ReadonlySet<string>;
}

/**
 * A catalogue ready to compute. Holds scratch space that every computation reuses: they are synchronous, one after the other.
 */
export interface FactPlan {
  readonly catalogue: FeatureCatalogue;
  readonly hash: DimensionHash;
  /** The logs that are read, each with the scratch space it is decoded into. */
  readonly roles: readonly { readonly role: LogRole; readonly log: DecodedLog }[];
  /** Features read from logs, by what they read. */
  readonly groups: readonly { readonly group: HistoryGroup; readonly role: number }[];
  /** Everything else in slot order, and the defaults. */
  readonly steps: readonly Step[];
  readonly selfLog: DecodedLog;
}

/** Compiles a catalogue, once for each published feature file. */
export function compileFacts(catalogue: FeatureCatalogue, { hash, disposableDomains }: FactDeps): FactPlan {
  const roles: { role: LogRole; log: DecodedLog }[] = [];
  const roleOf = (role: LogRole): number => {
    const found = roles.findIndex((known) => known.role.by === role.by && known.role.as === role.as);
    return found >= 0 ? found : roles.push({ role, log: createDecodedLog() }) - 1;
  };
  const slotOf = (name: string): number => catalogue.byName.get(name)?.slot ?? -1;
  const context: PredicateContext = { hash, clock: createZoneClock(catalogue.timeZone) };
  const groupOf = (slot: number, declaration: HistoryDeclaration): HistoryGroup | null =>
    groupHistory([{ slot, declaration }], context)[0] ?? null;

  const stepOf = (declaration: Declaration, slot: number): Step | null => {
    switch (declaration.kind) {
      case "history": {
        if (declaration.source === "log") return null;
        const group = declaration.self || isKnownDestination(declaration) ? groupOf(slot, declaration) : null;
        if (group === null || !isKnownDestination(declaration)) return aggregateStep(declaration, slot, group);
        return destinationStep(declaration, slot, group, roleOf({ by: "client", as: "client" }));
      }
      case "field":
        return fieldStep(declaration, slot, catalogue.currencyExponent);
      case "arithmetic":
        return arithmeticStep(declaration, slot, slotOf);
      case "compare":
        return compareStep(declaration, slot, slotOf);
      case "calendar":
        return calendarStep(declaration, slot);
      case "distance":
        return distanceStep(declaration, slot, roleOf({ by: declaration.by, as: declaration.by }));
      case "behaviour":
        return behaviourStep(declaration, slot);
      case "profile":
        return profileStep(declaration, slot, catalogue.currencyExponent);
      case "store":
        return storeStep(declaration, slot, catalogue.currencyExponent);
      case "service":
        return serviceStep(declaration, slot, catalogue.currencyExponent);
      case "address":
        return addressStep(declaration, slot);
      case "unusualCountry":
        return unusualCountryStep(declaration, slot, slotOf);
      case "differs":
        return differsStep(declaration, slot, slotOf);
      case "device":
        return deviceStep(declaration, slot);
      case "email":
        return emailStep(declaration, slot, slotOf, disposableDomains);
    }
  };

  const fromLogs = catalogue.declarations.flatMap((declaration, slot) =>
    declaration.kind === "history" && declaration.source === "log" ? [{ slot, declaration }] : [],
  );
  const groups = groupHistory(fromLogs, context).map((group) => ({ group, role: roleOf(group.role) }));
  const steps = catalogue.declarations.flatMap((declaration, slot) => {
    const standIn = defaultStep(declaration, slot, slotOf);
    return [stepOf(declaration, slot), standIn].filter((step) => step !== null);
  });
  return { catalogue, hash, roles, groups, steps, selfLog: createDecodedLog() };
}

/** Puts the declared default in the place of an absent value; a missing one stays missing. */
function defaultStep(declaration: Declaration, slot: number, slotOf: (name: string) => number): Step | null {
  const standIn = declaration.default;
  if (standIn === null) return null;
  const other = typeof standIn === "object" ? slotOf(standIn.feature) : -1;
  return (state: FactState) => {
    if (state.values[slot] !== null) return;
    state.values[slot] = typeof standIn === "object" ? state.values[other] : standIn;
    if (other >= 0) inheritMarks(state, slot, [slot, other]);
  };
}
