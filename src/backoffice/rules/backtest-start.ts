import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { Backtest } from "../../ports/backtest.ts";
import { staffAction } from "../staff-action.ts";
import { CandidateFields, checkCandidate } from "./backtest-candidate.ts";
import { BACKTEST_BUDGET_MS, type BacktestDeps, backtestTarget } from "./backtest-deps.ts";
import type { VersionRefusal } from "./workshop-deps.ts";

const DAY_MS = 86_400_000;
const instant = z.iso.datetime({ offset: true });

export const BacktestCall = z.strictObject({
  /** The decisions made from then (default: 30 days before the end) to then (default: now), the end left out. */
  from: instant.optional(),
  to: instant.optional(),
  ...CandidateFields,
  /** The newest so many of them. */
  maxDecisions: z.int().min(1).max(10_000_000).default(1_000_000),
  message: z.string().trim().max(500).default(""),
});
type BacktestCall = z.infer<typeof BacktestCall>;

/** Checks a set of rules and queues its run over the decisions of a period; whoever asked sends the message that begins it. */
export const startBacktest = staffAction<BacktestDeps, BacktestCall, Pick<Backtest, "id" | "total">, VersionRefusal>({
  verb: "rules.check",
  action: "backtest.start",
  input: BacktestCall,
  plan: async (deps, input, context) => {
    const toMs = input.to === undefined ? context.nowMs : Date.parse(input.to);
    const fromMs = input.from === undefined ? toMs - 30 * DAY_MS : Date.parse(input.from);
    if (fromMs >= toMs) return err({ kind: "invalid", faults: [{ code: "empty_period", path: "from", message: "must lie before `to`" }] });
    const found = await checkCandidate(deps, input);
    if (!found.ok) return found;
    const { candidate, checked } = found.value;
    const period = { fromMs, toMs, livemode: context.world === "live" };
    const total = await deps.cases.count(period, input.maxDecisions, BACKTEST_BUDGET_MS);
    if (!total.ok) return err({ kind: "unavailable", part: total.error.source });
    const id = deps.newId();
    const { maxDecisions, message } = input;
    const author = context.actor.name ?? context.actor.id;
    const about = { id, ...period, maxDecisions, message, author, createdAtMs: context.nowMs, total: total.value };
    return ok({
      change: deps.store.starting({ ...about, ...candidate }),
      target: backtestTarget(id),
      current: null,
      after: {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        rules: checked.ruleset.rules.length,
        max_decisions: maxDecisions,
        message,
      },
      reread: async () => ok(null),
      output: { id, total: total.value },
    });
  },
});
