/**
 * The pure parts of a decision inside workerd, where zod compiles nothing and V8 is the platform's. `POST /prepare` takes what a publish sends;
 * `POST /NAME?loops=N` runs one contender N times, and whoever asked reads the process's CPU before and after.
 */
import { buildDecision } from "../../../src/core/decision/build-decision.ts";
import { parseTransaction } from "../../../src/core/event/parse.ts";
import { Transaction } from "../../../src/core/event/schema.ts";
import { computeFacts } from "../../../src/core/features/compute-facts.ts";
import type { Facts, FeatureValue } from "../../../src/core/features/value.ts";
import { jsonLogicRules } from "./json-logic.ts";
import { naiveWindow } from "./naive-windows.ts";
import { type Case, prepareWorkload, type RulesetToPublish, type Workload } from "./prepare.ts";

/**
 * zod, windows by filtering each entity's events, json-logic-js: what one would write first. It is given for nothing what is no window
 * (fields, arithmetic, aggregates, distances), and it makes no record of the decision.
 */
function naive({ config, naiveRules }: Prepared, { text, event, facts, histories }: Case): readonly number[] {
  Transaction.parse(JSON.parse(text));
  const named: Record<string, FeatureValue> = {};
  for (const [slot, declaration] of config.catalogue.declarations.entries()) {
    const isWindow = declaration.kind === "history" && declaration.source === "log";
    named[declaration.name] = isWindow ? naiveWindow(declaration, histories, event) : facts.values[slot];
  }
  return naiveRules(named);
}

/** Does its part of one decision; gives something that depends on the work, so that none of it can be left out. */
type Contender = (workload: Prepared, each: Case) => number;

const NOT_ASKED = { status: "not_applicable", name: null, version: null, probability: 0, outOfRange: [] } as const;

const parse = ({ context }: Workload, { text }: Case) => {
  const parsed = parseTransaction(JSON.parse(text), context);
  if (!parsed.ok) throw new Error("a transaction of the bench does not parse");
  return parsed.value;
};

const build = ({ config, context }: Workload, event: Case["event"], facts: Facts) =>
  buildDecision({
    config,
    event,
    facts,
    warnings: [],
    model: NOT_ASKED,
    degraded: [],
    decisionId: "00000000-0000-0000-0000-000000000000",
    nowMs: context.nowMs,
    livemode: true,
    recovered: false,
    hits: [],
    guard: null,
    explain: false,
  }).stored;

const CONTENDERS: Readonly<Record<string, Contender>> = {
  "json-parse": (_, { text }) => (JSON.parse(text) as { amount: number }).amount,
  zod: (_, { text }) => Transaction.parse(JSON.parse(text)).amount,
  "parse-transaction": (workload, each) => parse(workload, each).event.amountMinor ?? 0,
  facts: ({ config }, { input }) => computeFacts(config.plan, input).facts.values.length,
  rules: ({ config }, { facts }) => config.ruleset.evaluate(facts.values, "PAYMENT").fired.length,
  build: (workload, { event, facts }) => build(workload, event, facts).answer.risk_score,
  decision: (workload, each) => {
    const { event } = parse(workload, each);
    const { facts } = computeFacts(workload.config.plan, { ...each.input, event });
    return build(workload, event, facts).answer.risk_score;
  },
  naive: (workload, each) => naive(workload, each).length,
};

/** Throws unless the naive way fires the rules that ours fires. */
function checkAgreement(workload: Prepared): void {
  for (const each of workload.cases) {
    const [ours, theirs] = [workload.config.ruleset.evaluate(each.facts.values, "PAYMENT").fired, naive(workload, each)];
    if (ours.join() !== theirs.join()) throw new Error(`ours fires ${ours.join()} and the naive way ${theirs.join()}`);
  }
}

interface Prepared extends Workload {
  readonly naiveRules: (facts: object) => readonly number[];
}
let workload: Prepared | null = null;

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const name = pathname.slice(1);
  if (name === "prepare") {
    const prepared = prepareWorkload((await request.json()) as RulesetToPublish, Date.now());
    workload = { ...prepared, naiveRules: jsonLogicRules(prepared.ruleset, "PAYMENT") };
    checkAgreement(workload);
    return Response.json({ rules: workload.config.ruleset.rules.length, features: workload.config.catalogue.slots.length });
  }
  const contender = CONTENDERS[name];
  if (contender === undefined || workload === null) return new Response("POST /prepare first, then a contender's name", { status: 404 });
  let sum = 0;
  const loops = Number(searchParams.get("loops"));
  for (let i = 0; i < loops; i++) {
    const each = workload.cases[i % workload.cases.length];
    if (each !== undefined) sum += contender(workload, each);
  }
  return Response.json({ sum });
}

// biome-ignore lint/style/noDefaultExport: workerd starts what a Worker exports this way
export default { fetch: (request: Request) => answer(request).catch((error: Error) => new Response(error.message, { status: 500 })) };
