import * as z from "zod";
import { readFraudStats } from "../../../backoffice/statistics/read-fraud-stats.ts";
import { SLOT_MS } from "../../../core/baselines/comparable-windows.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { askedWorld, Livemode } from "./asked-world.ts";

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 400;

const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Query = z
  .strictObject({
    /** Days before `to`, unless `from` says when. */
    days: z.coerce.number().int().min(1).max(LONGEST_DAYS).optional(),
    from: Instant.optional(),
    /** Now when left out. */
    to: Instant.optional(),
    livemode: Livemode,
  })
  .refine(({ days, from }) => days === undefined || from === undefined, {
    path: ["days"],
    error: "`days` and `from` say the same: send one",
  });

const Counts = z.record(z.string(), z.int());
const Answer = z.object({
  /** The period: [from, to), of whole five minutes. */
  from: z.string(),
  to: z.string(),
  livemode: z.boolean(),
  /** reports ÷ clicks × 100, two decimals; 0 without clicks. */
  fraud_rate: z.number(),
  clicks: z.int(),
  conversions: z.int(),
  predictions: z.int(),
  fraud_detected: z.int(),
  reports: z.object({ total: z.int(), by_type: Counts, by_severity: Counts, by_status: Counts }),
  blocks: z.object({ created: z.int(), by_kind: Counts, by_source: Counts, active: z.int() }),
});

export const fraudStats: Route = {
  method: "get",
  path: "/api/admin/fraud-stats",
  verb: "stats.read",
  tag: "reports",
  summary: "Reports, blocks and clicks of a period, and the fraud rate",
  description:
    "`fraud_rate` is reports ÷ clicks × 100; the rate of `/api/v1/stats` is a fraction of predictions. Without a period: the last 7 days. " +
    "Reports and blocks count by when they were opened and made, with the status they have now.",
  query: Query,
  answers: { 200: { description: "The figures of the period", schema: Answer } },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { days = 7, from, to, livemode } = parsed.value;
    const context = staffContextOf(c);
    // Whole slots, so that clicks and reports are of the same time.
    const untilMs = Math.ceil((to ?? context.nowMs) / SLOT_MS) * SLOT_MS;
    const fromMs = Math.floor((from ?? untilMs - days * DAY_MS) / SLOT_MS) * SLOT_MS;
    if (fromMs >= untilMs || untilMs - fromMs > (LONGEST_DAYS + 1) * DAY_MS)
      return answerProblem(c, {
        status: 422,
        code: "invalid_query",
        detail: `\`from\` must be before \`to\`, by ${LONGEST_DAYS} days at most`,
      });
    const world = askedWorld(livemode, context.world);
    const read = await readFraudStats({ fraudStats: c.get("services").triggers.fraudStats }, context, { world, fromMs, untilMs });
    if (!read.ok) return answerProblem(c, problemOfStaffRefusal(read.error));
    const { reports, blocks, clicks, conversions, decisions, fraud, fraudRatePercent } = read.value;
    const answer: z.infer<typeof Answer> = {
      from: new Date(fromMs).toISOString(),
      to: new Date(untilMs).toISOString(),
      livemode: world === "live",
      fraud_rate: fraudRatePercent,
      ...{ clicks, conversions, predictions: decisions, fraud_detected: fraud },
      reports: { total: reports.total, by_type: reports.byType, by_severity: reports.bySeverity, by_status: reports.byStatus },
      blocks: { created: blocks.created, by_kind: blocks.byKind, by_source: blocks.bySource, active: blocks.active },
    };
    return c.json(answer);
  },
};
