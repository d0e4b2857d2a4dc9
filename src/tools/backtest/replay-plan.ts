import type { FeatureCatalogue } from "../../core/features/catalogue.ts";
import { compileFacts, type FactDeps, type FactPlan } from "../../core/features/compile-facts.ts";
import { createCatalogue } from "../../core/features/create-catalogue.ts";
import type { Declaration, HistoryDeclaration } from "../../core/features/declaration.ts";
import { EVENT_FIELD_BY_NAME } from "../../core/features/event-vocabulary.ts";
import type { ConditionNode } from "../../core/rules/condition.ts";
import type { Operator } from "../../core/rules/operators.ts";

/** A catalogue's features as far as a file of events can give them. */
export interface ReplayPlan {
  readonly plan: FactPlan;
  /** The catalogue without the features that only the service's stores could give: profiles, logins' patterns, stored values, distributions. */
  readonly given: FeatureCatalogue;
  readonly unavailable: readonly string[];
}

/**
 * Prepares computing a catalogue's features from logs in memory. These are whole, so most of what the service asks Postgres for is read from
 * them by the same code that reads logs; what they cannot answer is missing, and never taken for none.
 */
export function createReplayPlan(catalogue: FeatureCatalogue, deps: FactDeps): ReplayPlan {
  const { timeZone, currencyExponent, declarations } = catalogue;
  const fromLogs = declarations.map(
    (declaration): Declaration => (isFoldable(declaration) ? { ...declaration, source: "log" } : declaration),
  );
  const unavailable = fromLogs.filter(needsStores).map(({ name }) => name);
  const missing = new Set(unavailable);
  const given = declarations.filter(({ name }) => !missing.has(name));
  return {
    plan: compileFacts(createCatalogue(fromLogs, timeZone, currencyExponent), deps),
    given: createCatalogue(given, timeZone, currencyExponent),
    unavailable,
  };
}

function needsStores(declaration: Declaration): boolean {
  const { kind } = declaration;
  return (
    kind === "profile" ||
    kind === "service" ||
    kind === "behaviour" ||
    kind === "store" ||
    kind === "address" ||
    kind === "unusualCountry" ||
    (kind === "history" && declaration.source === "postgres")
  );
}

/** Whether a log can answer what is declared for Postgres. */
function isFoldable(declaration: Declaration): declaration is HistoryDeclaration {
  if (declaration.kind !== "history" || declaration.source === "log") return false;
  switch (declaration.op) {
    case "std":
    case "median":
    case "quantile":
    case "share":
      return false;
    default:
      return declaration.where === null || isOfRecord(declaration.where);
  }
}

/** What a record answers of a value it holds as a hash. */
const EQUALITY: ReadonlySet<Operator> = new Set(["eq", "ne", "in", "notIn", "exists"]);

function isOfRecord(node: ConditionNode): boolean {
  if (node.kind === "not") return isOfRecord(node.of);
  if (node.kind !== "test") return node.of.every(isOfRecord);
  const answer = EVENT_FIELD_BY_NAME.get(node.name)?.answer;
  return answer === "record" || (answer === "equality" && EQUALITY.has(node.operator));
}
