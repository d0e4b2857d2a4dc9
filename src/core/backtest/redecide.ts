import type { CompiledConfig } from "../config/compile.ts";
import { decide } from "../decision/decide.ts";
import { forcedResult, forceOutcome } from "../decision/forced-outcome.ts";
import { LATE_BLOCK } from "../decision/late-block.ts";
import type { Outcome } from "../decision/outcome.ts";
import { whitelistHits } from "../decision/whitelist-hits.ts";
import type { FeatureCatalogue } from "../features/catalogue.ts";
import type { FactDeps } from "../features/compile-facts.ts";
import type { FeatureValue } from "../features/value.ts";
import { rulesAt } from "../rules/rules-at.ts";
import type { RuleKind } from "../rules/ruleset.ts";
import { createFactReader, type FactReader } from "./fact-reader.ts";
import type { StoredCase } from "./stored-case.ts";

/** What a configuration makes of a decision of the past. */
export interface Redecided {
  readonly outcome: Outcome;
  /** Ids of the rules that fired, in shadow or not. */
  readonly rules: readonly string[];
  /** Ids of the rules that could not be told. */
  readonly unknown: readonly string[];
  /** Features that rules on this kind of event read and the record does not have. */
  readonly lacking: readonly string[];
  /** Nobody knows what its facts were declared as, so all of them are lacking. */
  readonly isUndeclared: boolean;
}
export interface Redecider {
  readonly config: CompiledConfig;
  /** Tells what a version of the features declared; null when that is not known any more. Every hash is told before its cases come. */
  learn(featuresHash: string, recorded: FeatureCatalogue | null): void;
  knows(featuresHash: string): boolean;
  /** The facts of a case in the configuration's slots. */
  factsOf(one: StoredCase): FeatureValue[];
  redecide(one: StoredCase): Redecided;
}

/**
 * Decides cases of the past with another configuration: with the facts, the model's probability, the failed parts and the list entries of that
 * time, as if the configuration had been live then. Pure, and touches nothing but its own memory. Throws on a version of the features it was not told of.
 */
export function createRedecider(config: CompiledConfig, deps: Pick<FactDeps, "disposableDomains">): Redecider {
  const { ruleset, catalogue } = config;
  const readers = new Map<string, Known>();
  const readerOf = (hash: string) => {
    const known = readers.get(hash);
    if (known === undefined) throw new Error(`the features ${hash.slice(0, 12)} were not told`);
    return known;
  };
  const lackingFor = (hash: string, kind: RuleKind): readonly string[] => {
    const { reader, lackingOn } = readerOf(hash);
    const known = lackingOn.get(kind) ?? [...ruleset.namesReadOn(kind)].filter((name) => reader.lacking.has(name));
    lackingOn.set(kind, known);
    return known;
  };

  return {
    config,
    learn: (hash, recorded) => {
      readers.set(hash, { reader: createFactReader(catalogue, recorded, deps), isUndeclared: recorded === null, lackingOn: new Map() });
    },
    knows: (hash) => readers.has(hash),
    factsOf: (one) => readerOf(one.featuresHash).reader.read(one),
    redecide(one) {
      const { event } = one;
      const values = readerOf(one.featuresHash).reader.read(one);
      const kind = event.transactionType ?? event.type;
      const { fired, unknown } = ruleset.evaluate(values, kind);
      const listed = whitelistHits(config.whitelist, event, one.decidedAtMs);
      const judged = decide({
        amountMinor: event.amountMinor,
        facts: { values, marks: new Map() },
        vocabulary: catalogue,
        policy: ruleset.policy,
        fired: rulesAt(ruleset.rules, fired),
        hits: listed.length === 0 ? one.hits : [...listed, ...one.hits],
        member: event,
        // What held blocks back was the flood of that time, not the rules that are tried.
        guard: null,
        model: { status: "scored", name: null, version: null, probability: one.probability, outOfRange: [] },
        degraded: one.degraded.filter((part) => part !== LATE_BLOCK),
      });
      const decided = one.livemode ? judged : forceOutcome(judged, forcedResult("test", event), one.degraded);
      return {
        outcome: decided.outcome,
        rules: [...decided.acted, ...decided.shadow].map(({ id }) => id),
        unknown: rulesAt(ruleset.rules, unknown).map(({ id }) => id),
        lacking: lackingFor(one.featuresHash, kind),
        isUndeclared: readerOf(one.featuresHash).isUndeclared,
      };
    },
  };
}

interface Known {
  readonly reader: FactReader;
  readonly isUndeclared: boolean;
  /** What rules on a kind of event read and the record lacks. */
  readonly lackingOn: Map<RuleKind, readonly string[]>;
}
