import * as z from "zod";
import { DecisionAnswer } from "../../../core/decision/answer.ts";
import type { ExplainedNode } from "../../../core/rules/explain.ts";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { CURRENCY_FLAG, checkLocal, currencyOf } from "../check-local.ts";
import { type CommandCall, defineCommand, type Report } from "../command.ts";
import { localRefusal } from "../local-refusal.ts";
import { asSources, readLocalSources, readText, SOURCE_FLAGS } from "../local-sources.ts";
import { simulationLines } from "../show-simulation.ts";
import { simulateOffline } from "../simulate-offline.ts";
import { Stopped, wrongUse } from "../stopped.ts";

const Side = DecisionAnswer.omit({ decision_id: true });
const Simulated = z.looseObject({
  draft: Side,
  live: Side.nullable(),
  // The service writes what `explain` of the same release made.
  rules: z.array(
    z.object({ id: z.string(), draft: z.string(), live: z.string(), tree: z.custom<ExplainedNode>((tree) => typeof tree === "object") }),
  ),
});

const FLAGS = {
  event: { value: "FILE", about: "a transaction as POST /api/v1/analyze takes it; - is standard input" },
  decision: { value: "ID", about: "a stored decision, or its transaction, with the facts of its time" },
  facts: { value: "FILE", about: "values of features by name, as in cases; offline. What is computed from them is not computed anew" },
  offline: { about: "do not ask the service: an event without a history, and without a model" },
  draft: { about: "try the service's draft instead of the files" },
  ...SOURCE_FLAGS,
  ...CURRENCY_FLAG,
  ...SERVICE_FLAGS,
} as const;

/** What the files make of one event, and why. */
export const simulate = defineCommand({
  name: "simulate",
  summary: "decide one event by the files and by what is live, and explain each rule; nothing is recorded",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: `The service gives the event its histories and the model. With --offline or --facts it is decided here, by the event alone.
In the explanations + is true, - is false, ? is unknown.`,
  flags: FLAGS,
  run: (call) => {
    const { flags, words } = call;
    if ((flags.event === undefined) === (flags.decision === undefined)) throw wrongUse("simulate what? --event FILE, or --decision ID");
    const isOffline = flags.offline || flags.facts !== undefined;
    if (isOffline && (flags.decision !== undefined || flags.draft))
      throw wrongUse("--offline and --facts go with --event and files: the rest is in the service");
    if (flags.draft && words.length > 0) throw wrongUse("either files or --draft");
    return isOffline ? offline(call) : online(call);
  },
});

async function online(call: CommandCall<typeof FLAGS>): Promise<Report> {
  const { flags, words, console } = call;
  const sources = flags.draft ? null : readLocalSources(words, flags);
  const subject = flags.decision === undefined ? { event: await eventOf(call) } : { decision_id: flags.decision };
  const tried = sources === null ? {} : { files: asSources(sources).files, features: sources.features.text };
  const api = openApi(flags, console);
  try {
    const answer = await api.rules("/simulate", { method: "POST", body: { ...subject, ...tried }, answer: Simulated });
    return { code: 0, document: { ok: true, ...answer }, lines: simulationLines(answer) };
  } catch (fault) {
    throw fault instanceof Stopped && sources !== null ? localRefusal(fault, sources) : fault;
  }
}

async function offline(call: CommandCall<typeof FLAGS>): Promise<Report> {
  const { flags, words, console } = call;
  const sources = readLocalSources(words, flags);
  const checked = checkLocal(sources, flags.currency, console.env);
  if (!checked.ok) return checked.report;
  const facts = flags.facts === undefined ? {} : objectIn(readText(flags.facts), flags.facts);
  const currency = currencyOf(flags.currency, console.env);
  const timeZone = console.env.TIME_ZONE || "UTC";
  const simulated = simulateOffline({ sources, event: await eventOf(call), facts, currency, timeZone, nowMs: Date.now() });
  return { code: 0, document: { ok: true, ...simulated }, lines: simulationLines(simulated) };
}

async function eventOf({ flags, console }: CommandCall<typeof FLAGS>): Promise<Record<string, unknown>> {
  const path = flags.event ?? "-";
  return path === "-" ? objectIn(await console.readInput(), "standard input") : objectIn(readText(path), path);
}

function objectIn(text: string, where: string): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parsedOrNull(text));
  if (!parsed.success) throw wrongUse(`${where} is not a JSON object`);
  return parsed.data;
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
