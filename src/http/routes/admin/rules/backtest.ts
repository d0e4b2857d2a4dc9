import * as z from "zod";
import { cancelBacktest } from "../../../../backoffice/rules/backtest-cancel.ts";
import { listBacktests, readBacktest } from "../../../../backoffice/rules/backtest-read.ts";
import { BacktestCall, startBacktest } from "../../../../backoffice/rules/backtest-start.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { BacktestAnswer, BacktestSummary, backtestDepsOf, presentSummary } from "./backtest-answer.ts";
import { MAX_RULE_BYTES } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";
import { simulateRoute } from "./simulate.ts";

const SEND_BUDGET_MS = 2_000;

const startRoute: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/backtest",
  verb: "rules.check",
  tag: "rules",
  summary: "Run rules over decisions of the past and compare with what really happened",
  description:
    "Without `files` and `features` the draft is run. Decides stored decisions anew, newest first, with the facts, model scores and list entries of their time; the whole set with its interactions. What the rules read and the record does not have is missing, never false, and named in the result. Touches no window, block or webhook. Follow it at `/api/admin/fraud-rules/backtest/{id}`.",
  body: BacktestCall,
  answers: { 202: { description: "Queued", schema: z.object({ id: z.string(), total: z.int() }) } },
  handle: async (c) => {
    const body = await readJson(c, MAX_RULE_BYTES);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const started = await startBacktest(backtestDepsOf(services), staffContextOf(c), body.value);
    if (!started.ok) return answerProblem(c, problemOfRules(started.error));
    // A message that is lost is made up for by the schedule.
    c.executionCtx.waitUntil(services.outbox.send({ kind: "backtest", id: started.value.id }, 0, SEND_BUDGET_MS));
    return c.json(started.value, 202);
  },
};

const readRoute: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/backtest/{id}",
  verb: "rules.check",
  tag: "rules",
  summary: "How far a backtest is, and what came out",
  answers: { 200: { description: "The backtest; `result` once it is done", schema: BacktestAnswer } },
  handle: async (c) => {
    const found = await readBacktest(backtestDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ ...presentSummary(found.value), result: found.value.result });
  },
};

const listRoute: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/backtests",
  verb: "rules.check",
  tag: "rules",
  summary: "The last hundred backtests, newest first; they are kept for 90 days",
  answers: { 200: { description: "Without their results", schema: z.object({ backtests: z.array(BacktestSummary) }) } },
  handle: async (c) => {
    const found = await listBacktests(backtestDepsOf(c.get("services")), staffContextOf(c));
    return found.ok ? c.json({ backtests: found.value.map(presentSummary) }) : answerProblem(c, problemOfStaffRefusal(found.error));
  },
};

const cancelRoute: Route = {
  method: "delete",
  path: "/api/admin/fraud-rules/backtest/{id}",
  verb: "rules.check",
  tag: "rules",
  summary: "Cancel a backtest that is not over",
  answers: { 200: { description: "Cancelled", schema: BacktestSummary } },
  handle: async (c) => {
    const cancelled = await cancelBacktest(backtestDepsOf(c.get("services")), staffContextOf(c), { id: c.req.param("id") ?? "" });
    return cancelled.ok ? c.json(presentSummary(cancelled.value)) : answerProblem(c, problemOfStaffRefusal(cancelled.error));
  },
};

/** What a set of rules would do: to one event, and to the past. */
export const backtestRoutes: readonly Route[] = [simulateRoute, startRoute, readRoute, listRoute, cancelRoute];
