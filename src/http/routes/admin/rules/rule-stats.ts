import * as z from "zod";
import { readRuleStats } from "../../../../backoffice/rules/rule-stats.ts";
import { round } from "../../../../core/decision/score.ts";
import type { RuleStats, VersionStats } from "../../../../ports/rule-stats.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { askedWorld, Livemode } from "../asked-world.ts";

const DAY_MS = 86_400_000;

const Query = z.strictObject({
  days: z.coerce.number().int().min(1).max(400).default(7),
  /** A rule's id, with its file or without. */
  rule: z.string().min(1).max(200).optional(),
  /** A version. */
  seq: z.coerce.number().int().positive().optional(),
  livemode: Livemode,
});

const VersionAnswer = z.object({ seq: z.int(), ruleset: z.string(), decisions: z.int(), blocked: z.int(), held_back: z.int() });
const RuleAnswer = z.object({
  seq: z.int(),
  rule: z.string(),
  name: z.string().nullable(),
  mode: z.enum(["live", "shadow", "off"]).nullable(),
  /** Decisions on events that the rule applies to. */
  evaluated: z.int(),
  /** Acted or was only recorded. */
  fired: z.int(),
  acted: z.int(),
  shadowed: z.int(),
  /** Of live rules: could not be told for want of a value; `errors` of them because a source had failed. */
  unknown: z.int(),
  errors: z.int(),
  /** Decisions that rules and score blocked and in which it acted, and the sum of their amounts in major units. */
  blocked: z.int(),
  money_stopped: z.number(),
  /** Decisions in which it fired, by their latest label; a chargeback is fraud. `precision` is the share of fraud among them. */
  labelled: z.object({ fraud: z.int(), legitimate: z.int() }),
  precision: z.number().nullable(),
});
const StatsAnswer = z.object({
  from: z.string(),
  to: z.string(),
  livemode: z.boolean(),
  currency: z.string(),
  versions: z.array(VersionAnswer),
  rules: z.array(RuleAnswer),
});

export const ruleStats: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/stats",
  verb: "rules.read",
  tag: "rules",
  summary: "What each rule of each version did, and how the labels judged it",
  description: "Counted when decisions are recorded, by the hour they were made in; labels count as they are now. Newest version first.",
  query: Query,
  answers: { 200: { description: "The figures of the period", schema: StatsAnswer } },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { days, rule = null, seq = null, livemode } = parsed.value;
    const services = c.get("services");
    const context = staffContextOf(c);
    const fromMs = Math.floor((context.nowMs - days * DAY_MS) / 3_600_000) * 3_600_000;
    const world = askedWorld(livemode, context.world);
    const read = await readRuleStats(services, context, { world, fromMs, rule, seq });
    if (!read.ok) return answerProblem(c, problemOfStaffRefusal(read.error));
    const { currency } = services.eventSettings;
    const answer: z.infer<typeof StatsAnswer> = {
      from: new Date(fromMs).toISOString(),
      to: new Date(context.nowMs).toISOString(),
      livemode: world === "live",
      currency: currency.code,
      versions: read.value.versions.map(presentVersion),
      rules: read.value.rules.map((row) => presentRule(row, currency.exponent)),
    };
    return c.json(answer);
  },
};

const presentVersion = ({ seq, ruleset, decisions, blocked, heldBack }: VersionStats): z.infer<typeof VersionAnswer> => ({
  ...{ seq, ruleset, decisions, blocked, held_back: heldBack },
});

function presentRule(row: RuleStats, exponent: number): z.infer<typeof RuleAnswer> {
  const { seq, rule, name, mode, evaluated, acted, shadowed, unknown, errors, blocked } = row;
  const labelled = { fraud: row.labelledFraud, legitimate: row.labelledLegitimate };
  const judged = labelled.fraud + labelled.legitimate;
  return {
    ...{ seq, rule, name, mode, evaluated, fired: acted + shadowed, acted, shadowed, unknown, errors, blocked },
    money_stopped: row.stoppedMinor / 10 ** exponent,
    labelled,
    precision: judged === 0 ? null : round(labelled.fraud / judged, 4),
  };
}
