import { pathToFileURL } from "node:url";
import { type Contender, handWritten, jsonLogicJs, jsonRulesEngine, tollgate } from "./rules/contenders.ts";
import { createWorkload, withGaps } from "./rules/workload.ts";

/** So many that the processor's branch predictor cannot learn the answers by heart, as it does with a few hundred: no event comes twice in service. */
const EVENTS = 4_096;
const CHECKED = 128;
const ROUNDS = 15;
/** How long one contender runs in one round. */
const TURN_MS = 25;
/** The clock is read once in so many events. */
const STRIDE = 64;

/** Medians for one event. */
export interface RuleTiming {
  readonly rules: number;
  readonly microseconds: { readonly [contender in "tollgate" | "gaps" | "handWritten" | "jsonLogic" | "engine"]: number };
  /** Rules that fire for an event, on average. */
  readonly fired: number;
}

/**
 * Times 10, 100 and 1,000 rules of about four tests over 35 features in our engine, as a hand-written JS module, in json-logic-js and in
 * json-rules-engine, after checking that all fire the same rules. Contenders take turns in one process; the median turn counts.
 */
export async function benchRules(): Promise<RuleTiming[]> {
  const timings: RuleTiming[] = [];
  for (const ruleCount of [10, 100, 1_000]) timings.push(await measure(ruleCount));
  return timings;
}

async function measure(rules: number): Promise<RuleTiming> {
  const workload = createWorkload(rules, EVENTS);
  const contenders = {
    handWritten: handWritten(workload),
    tollgate: tollgate(workload),
    jsonLogic: jsonLogicJs(workload),
    engine: jsonRulesEngine(workload),
  };
  const fired = await checkAgreement(contenders);
  const times = await takeTurns({ ...contenders, gaps: tollgate(withGaps(workload, 0.1)) });
  const of = (name: string): number => times[name] ?? Number.NaN;
  const microseconds = {
    tollgate: of("tollgate"),
    gaps: of("gaps"),
    handWritten: of("handWritten"),
    jsonLogic: of("jsonLogic"),
    engine: of("engine"),
  };
  return { rules, microseconds, fired };
}

/** The timings as lines of text, one number of rules a line. */
export function rulesTable(timings: readonly RuleTiming[]): string {
  const lines = timings.map(({ rules, microseconds, fired }) => {
    const { tollgate: ours, handWritten: limit, gaps, jsonLogic, engine } = microseconds;
    const beside = (time: number): string =>
      `${time.toPrecision(3)} (${(time / limit).toPrecision(3)}×; ${(time / ours).toFixed(0)}× ours)`;
    return `| ${rules} | ${limit.toPrecision(3)} | ${ours.toPrecision(3)} (${(ours / limit).toFixed(2)}×) | ${gaps.toPrecision(3)} | ${beside(jsonLogic)} | ${beside(engine)} | ${fired.toFixed(2)} |`;
  });
  return [
    "Rules: µs an event (median), ~4 tests a rule, 35 features; in brackets the ratio to the hand-written module;",
    "`gaps` is tollgate with one value in ten absent or missing, which the others cannot say\n",
    "| rules | hand-written | tollgate | gaps | json-logic-js | json-rules-engine | fired |",
    "|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

/** Throws unless all contenders fire the same rules; returns how many fire for an event, on average. */
async function checkAgreement(contenders: Readonly<Record<string, Contender>>): Promise<number> {
  let fired = 0;
  for (let event = 0; event < EVENTS; event += EVENTS / CHECKED) {
    const answers = await Promise.all(Object.values(contenders).map((contender) => contender(event)));
    const texts = new Set(answers.map((answer) => answer.join()));
    if (texts.size !== 1) throw new Error(`contenders disagree on event ${event}: ${[...texts].join(" | ")}`);
    fired += answers[0]?.length ?? 0;
  }
  return fired / CHECKED;
}

async function takeTurns(contenders: Readonly<Record<string, Contender>>): Promise<Record<string, number>> {
  const places = Object.entries(contenders).map(([name, contender]) => ({ name, contender, next: 0, times: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) for (const place of places) place.times.push(await turn(place));
  return Object.fromEntries(places.map(({ name, times }) => [name, median(times)]));
}

/** Microseconds an event, over as many events as fit into a turn; the next turn goes on where this one ended. */
async function turn(place: { readonly contender: Contender; next: number }): Promise<number> {
  const { contender } = place;
  const isAsync = contender(place.next) instanceof Promise;
  const start = performance.now();
  let elapsed = 0;
  let events = 0;
  while (elapsed < TURN_MS) {
    if (isAsync) await contender(place.next);
    else for (let step = 0; step < STRIDE; step++) contender((place.next + step) % EVENTS);
    const done = isAsync ? 1 : STRIDE;
    events += done;
    place.next = (place.next + done) % EVENTS;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1_000) / events;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(rulesTable(await benchRules()));
