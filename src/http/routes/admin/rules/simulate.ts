import * as z from "zod";
import { CandidateFields, checkCandidate } from "../../../../backoffice/rules/backtest-candidate.ts";
import { DecisionAnswer } from "../../../../core/decision/answer.ts";
import { compileCandidate } from "../../../../pipeline/backtest/compile-candidate.ts";
import { type Side, type Simulated, simulate } from "../../../../pipeline/backtest/simulate.ts";
import { callerAddress } from "../../../caller-address.ts";
import { parseBody } from "../../../parse-body.ts";
import { answerProblem } from "../../../problem.ts";
import { problemOfRefusal } from "../../../refusal.ts";
import type { Route } from "../../../route.ts";
import { backtestDepsOf } from "./backtest-answer.ts";
import { MAX_RULE_BYTES } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const SimulateCall = z
  .strictObject({
    /** A transaction as `POST /api/v1/analyze` takes it. */
    event: z.record(z.string(), z.unknown()).optional(),
    /** A stored decision's id, or its transaction's. */
    decision_id: z.string().min(1).max(128).optional(),
    ...CandidateFields,
  })
  .refine(({ event, decision_id }) => (event === undefined) !== (decision_id === undefined), {
    path: ["event"],
    message: "send either `event` or `decision_id`",
  });

const STATES = ["fired", "unknown", "silent", "none"] as const;
const SideAnswer = DecisionAnswer.omit({ decision_id: true }).extend({
  /** Every fact by name, `null` where it is absent; a missing one is left out. */
  features: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Features its rules read and the record does not have. */
  lacking: z.array(z.string()),
});
const RuleAnswer = z.object({
  id: z.string(),
  /** `none`: the set has no such rule. */
  draft: z.enum(STATES),
  live: z.enum(STATES),
  /** The draft's condition with what every test saw; the live one's for a rule the draft does not have. */
  tree: z.record(z.string(), z.unknown()),
});
const SimulateAnswer = z.object({
  transaction_id: z.string(),
  draft: SideAnswer,
  live: SideAnswer.nullable(),
  /** What was answered then. */
  recorded: DecisionAnswer.nullable(),
  /** Draft and live come to different outcomes. */
  differs: z.boolean(),
  /** Rules that fired, could not be told, or differ. */
  rules: z.array(RuleAnswer),
});

export const simulateRoute: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/simulate",
  verb: "rules.check",
  tag: "rules",
  summary: "Decide one event, or a stored decision anew, by the draft and by what is live, explained",
  description:
    "Without `files` and `features` the draft is tried. An `event` finds the histories as they are now, and nothing is recorded; a `decision_id` is decided with the facts of its time.",
  body: SimulateCall,
  answers: { 200: { description: "Both decisions", schema: SimulateAnswer } },
  handle: async (c) => {
    const body = await parseBody(c, SimulateCall, MAX_RULE_BYTES);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const checked = await checkCandidate(backtestDepsOf(services), body.value);
    if (!checked.ok) return answerProblem(c, problemOfRules(checked.error));
    const draft = await compileCandidate(checked.value.candidate, services);
    if (!draft.ok) return answerProblem(c, problemOfRefusal({ kind: "unavailable", part: draft.error.source }));
    const { event, decision_id } = body.value;
    const simulated = await simulate(services, {
      subject: decision_id === undefined ? { kind: "event", input: event } : { kind: "decision", id: decision_id },
      draft: draft.value,
      world: c.get("caller").world,
      callerAddress: callerAddress(c),
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
    return simulated.ok ? c.json(present(simulated.value)) : answerProblem(c, problemOfRefusal(simulated.error));
  },
};

function present({ event, draft, live, recorded }: Simulated): z.infer<typeof SimulateAnswer> {
  return {
    transaction_id: event.id,
    draft: presentSide(draft),
    live: live === null ? null : presentSide(live),
    recorded,
    differs: live !== null && live.answer.outcome !== draft.answer.outcome,
    rules: rulesOf(draft, live),
  };
}

function presentSide({ answer, explanation, lacking }: Side): z.infer<typeof SideAnswer> {
  const { decision_id: _, ...told } = answer;
  return { ...told, features: { ...explanation.features }, lacking: [...lacking] };
}

function rulesOf(draft: Side, live: Side | null): z.infer<typeof RuleAnswer>[] {
  const trees = new Map([...(live?.explanation.rule_trees ?? []), ...draft.explanation.rule_trees].map(({ id, tree }) => [id, tree]));
  return [...trees]
    .map(([id, tree]) => ({
      id,
      draft: stateOf(draft, id),
      live: live === null ? ("none" as const) : stateOf(live, id),
      tree: { ...tree },
    }))
    .filter((rule) => rule.draft !== rule.live || (rule.draft !== "silent" && rule.draft !== "none"));
}

function stateOf({ explanation, fired, unknown }: Side, id: string): (typeof STATES)[number] {
  if (fired.has(id)) return "fired";
  if (unknown.has(id)) return "unknown";
  return explanation.rule_trees.some((rule) => rule.id === id) ? "silent" : "none";
}
