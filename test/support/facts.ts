import { readFileSync } from "node:fs";
import { disposableDomains } from "../../src/adapters/email/disposable-domains.ts";
import { ENTITY_KINDS, type EntityKind } from "../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import { checkFeatures, type FeatureOptions } from "../../src/core/features/check.ts";
import { compileFacts, type FactPlan } from "../../src/core/features/compile-facts.ts";
import { computeFacts } from "../../src/core/features/compute-facts.ts";
import type { FactInput } from "../../src/core/features/fact-input.ts";
import type { FeatureSource, FeatureValue, Mark } from "../../src/core/features/value.ts";
import { aPackedLog, TEST_HASH } from "./builders/packed-log.ts";

export const DECLARED = readFileSync(new URL("../../rules/features.json", import.meta.url), "utf8");

/** A plan for a feature file; throws with its faults. */
export function planOf(file: string | Readonly<Record<string, unknown>>, options: FeatureOptions = {}): FactPlan {
  const checked = checkFeatures(typeof file === "string" ? file : JSON.stringify(file), options);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error, null, 1));
  return compileFacts(checked.value, { hash: TEST_HASH, disposableDomains });
}

/** The logs an event would find, had these events come before it. */
export function logsFor(event: CanonicalEvent, before: readonly CanonicalEvent[]): Partial<Record<EntityKind, string>> {
  const logs: Partial<Record<EntityKind, string>> = {};
  for (const kind of ENTITY_KINDS) {
    const own = before.filter((one) => event.dimensions[kind] !== undefined && one.dimensions[kind] === event.dimensions[kind]);
    if (own.length > 0) logs[kind] = aPackedLog(own);
  }
  return logs;
}

export interface Named {
  readonly values: Readonly<Record<string, FeatureValue>>;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly missing: readonly FeatureSource[];
}

/** Facts by name. What is not said of the input: no logs, nothing stored, Postgres knows nothing. */
export function factsOf(plan: FactPlan, event: CanonicalEvent, input: Partial<FactInput> = {}): Named {
  const computed = computeFacts(plan, { event, self: true, logs: {}, roles: {}, store: {}, client: null, dest: null, ...input });
  const { slots } = plan.catalogue;
  const { values, marks } = computed.facts;
  return {
    values: Object.fromEntries(slots.map(({ name, slot }) => [name, values[slot]])),
    marks: Object.fromEntries(slots.flatMap(({ name, slot }) => (marks.has(slot) ? [[name, marks.get(slot) ?? {}]] : []))),
    missing: computed.missing,
  };
}
