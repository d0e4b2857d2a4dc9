import * as z from "zod";
import { readRefusals } from "../../../backoffice/gate/read-refusals.ts";
import { type GateRefusal, REFUSAL_TREATMENTS } from "../../../core/gate/refusal.ts";
import { REFUSAL_TOTALS } from "../../../ports/gate.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";

const DAY_MS = 86_400_000;
const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Text = z.string().min(1).max(500);

const Query = z.strictObject({
  /** The reference on a refused visitor's page; the rest counts without it. */
  reference: Text.optional(),
  by: z.enum(REFUSAL_TOTALS).default("entry"),
  treatment: z.enum(REFUSAL_TREATMENTS).optional(),
  entry: Text.optional(),
  path: Text.optional(),
  country: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]$/)
    .transform((text) => text.toUpperCase())
    .optional(),
  /** Counts are of whole hours; the last day when left out. */
  since: Instant.optional(),
  until: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const RefusalAnswer = z.object({
  reference: z.string(),
  at: z.string(),
  treatment: z.enum(REFUSAL_TREATMENTS),
  host: z.string(),
  path: z.string(),
  entry: z.string(),
  country: z.string().nullable(),
  asn: z.int().nullable(),
});

export const gateRefusals: Route = {
  method: "get",
  path: "/api/admin/gate/refusals",
  verb: "lists.read",
  tag: "lists",
  summary: "What the gate refused, by the visitor's reference, or counted by entry, path or country",
  description:
    "Of the last 7 days, a few seconds old. `noted` are visitors of paths in mode `monitor`, whom `enforce` would have refused. Paths come without query; what may be " +
    "a card number, a token or a secret in them is masked. Of a flood the first 200 of each second are kept by reference, and all are counted.",
  query: Query,
  answers: {
    200: {
      description: "The refusals of the reference, or the counts, the largest first",
      schema: z.object({
        refusals: z.array(RefusalAnswer),
        totals: z.array(z.object({ value: z.string().nullable(), count: z.int() })),
      }),
    },
  },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { reference, by, treatment = null, entry = null, path = null, country = null, limit } = parsed.value;
    const { refusals, clock } = c.get("services");
    const untilMs = parsed.value.until ?? clock() + 1;
    const sinceMs = parsed.value.since ?? untilMs - DAY_MS;
    const query = reference ?? { by, treatment, entry, path, country, sinceMs, untilMs, limit };
    const found = await readRefusals(refusals, staffContextOf(c), query);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ refusals: found.value.refusals.map(present), totals: [...found.value.totals] });
  },
};

function present({ atMs, ...refusal }: GateRefusal): z.infer<typeof RefusalAnswer> {
  return { at: new Date(atMs).toISOString(), ...refusal };
}
