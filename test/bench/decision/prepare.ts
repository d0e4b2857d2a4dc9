import { type CompiledConfig, compileConfig } from "../../../src/core/config/compile.ts";
import { ENTITY_KINDS, type EntityKind } from "../../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import { createCurrency } from "../../../src/core/event/money.ts";
import { type ParseContext, parseTransaction } from "../../../src/core/event/parse.ts";
import type { ClientAggregates, EntityAggregates } from "../../../src/core/features/aggregates.ts";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { computeFacts } from "../../../src/core/features/compute-facts.ts";
import type { FactInput } from "../../../src/core/features/fact-input.ts";
import type { Facts } from "../../../src/core/features/value.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import type { Ruleset } from "../../../src/core/rules/ruleset.ts";
import { aPackedLog, TEST_HASH } from "../../support/builders/packed-log.ts";
import { CLIENTS, createTransactions } from "../post/transactions.ts";
import { type Histories, historiesOf } from "./naive-windows.ts";

/** What a publish sends. */
export interface RulesetToPublish {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly features: string;
}
/** One transaction with everything a decision on it reads. */
export interface Case {
  readonly text: string;
  readonly event: CanonicalEvent;
  readonly input: FactInput;
  readonly facts: Facts;
  /** The client's earlier events, for those who keep no packed logs. */
  readonly histories: Histories;
}
export interface Workload {
  readonly ruleset: Ruleset;
  readonly config: CompiledConfig;
  readonly context: ParseContext;
  readonly cases: readonly Case[];
}

const CASES = 64;
/** Earlier events of each client: one in about a day and a half. */
const HISTORY = 20;
const APART_MS = 36 * 3_600_000;

/** Checkouts of clients with a month of history, and the published rules compiled. Throws when the rules do not check. */
export function prepareWorkload({ files, features }: RulesetToPublish, nowMs: number): Workload {
  const options = { hash: TEST_HASH, disposableDomains: () => new Set<string>(), currencyExponent: 2, timeZone: "UTC" };
  const catalogue = checkFeatures(features, options);
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.error.slice(0, 3)));
  const ruleset = checkRuleset(files, catalogue.value, options);
  if (!ruleset.ok) throw new Error(JSON.stringify(ruleset.error.slice(0, 3)));
  const hash = "0".repeat(64);
  const config = compileConfig(
    { seq: 1, ruleset: hash, features: hash, lists: {}, models: {} },
    JSON.stringify(ruleset.value),
    features,
    options,
  );

  let made = 0;
  const context: ParseContext = {
    settings: {
      currency: createCurrency("EUR"),
      merchantDimensions: [],
      tokenizeCard: (digits) => `pan_${TEST_HASH.hash64("card", digits)}`,
    },
    nowMs,
    callerAddress: "198.51.100.1",
    newId: () => `event-${++made}`,
  };
  const next = createTransactions("checkout", "bench");
  const parse = (text: string): CanonicalEvent => {
    const parsed = parseTransaction(JSON.parse(text), context);
    if (!parsed.ok || parsed.value.warnings.length > 0) throw new Error(JSON.stringify(parsed));
    return parsed.value.event;
  };
  const texts = Array.from({ length: CLIENTS }, next).slice(0, CASES);
  const cases = texts.map((text): Case => {
    const event = parse(text);
    const before = historyOf(event, nowMs);
    const input = inputFor(event, before, config, nowMs);
    return { text, event, input, facts: computeFacts(config.plan, input).facts, histories: historiesOf(event, before) };
  });
  return { config, context, cases, ruleset: ruleset.value };
}

/** Oldest first. */
function historyOf(event: CanonicalEvent, nowMs: number): CanonicalEvent[] {
  return Array.from({ length: HISTORY }, (_, i): CanonicalEvent => {
    const occurredAtMs = nowMs - (HISTORY - i) * APART_MS;
    return { ...event, id: `${event.id}-${i}`, occurredAtMs, amountMinor: 2_000 + i * 137, body: {} };
  });
}

function inputFor(event: CanonicalEvent, before: readonly CanonicalEvent[], { catalogue }: CompiledConfig, nowMs: number): FactInput {
  const log = aPackedLog(before);
  const logs: Partial<Record<EntityKind, string>> = {};
  for (const kind of ENTITY_KINDS) if (event.dimensions[kind] !== undefined) logs[kind] = log;
  const asOfMs = nowMs - 30_000;
  const aggregatesOf = (entity: "client" | "dest"): EntityAggregates => ({
    asOfMs,
    values: Object.fromEntries(catalogue.aggregates.filter(({ by }) => by[0] === entity).map(({ name }) => [name, 4_000])),
  });
  const dests = { [event.dimensions.dest ?? ""]: { count: HISTORY, totalMinor: 66_000, lastMs: nowMs - APART_MS } };
  const client: ClientAggregates = { ...aggregatesOf("client"), dests, destsComplete: true, profile: null, behaviour: null };
  return { event, self: true, logs, roles: {}, store: {}, client, dest: aggregatesOf("dest") };
}
