import * as z from "zod";
import type { World } from "../../../../core/access/api-key.ts";
import { REPORT_ORIGINS, REPORT_STATUSES, REPORT_TYPES } from "../../../../core/reports/report.ts";
import { SEVERITIES } from "../../../../core/rules/document.ts";
import type { ReportPlace, ReportQuery } from "../../../../ports/reports.ts";
import { askedWorld, Livemode } from "../asked-world.ts";

const DAY_MS = 86_400_000;

/** One or several of some words, comma separated. */
const some = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .string()
    .max(500)
    .transform((text) => text.split(",").map((word) => word.trim()))
    .pipe(z.array(z.enum(words)).min(1))
    .optional();

/** A time, or a day (UTC), which as the start of a period begins it and as its end closes it. */
const Moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional();

export const ReportListQuery = z.strictObject({
  type: some(REPORT_TYPES),
  severity: some(SEVERITIES),
  status: some(REPORT_STATUSES),
  origin: some(REPORT_ORIGINS),
  /** A user's or key's id, or `me`. */
  assignee: z.string().min(1).max(100).optional(),
  from: Moment,
  to: Moment,
  /** A part of the description or of an address. */
  q: z.string().min(1).max(200).optional(),
  /** An entity it names, whole. */
  value: z.string().min(1).max(512).optional(),
  /** A decision that is behind it. */
  decision_id: z.string().min(1).max(200).optional(),
  livemode: Livemode,
  /** The `next` of the page before. */
  before: z
    .string()
    .regex(/^\d{1,15}_.{1,200}$/, "must be the `next` of the page before")
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export function toReportQuery(query: z.infer<typeof ReportListQuery>, caller: { readonly id: string; readonly world: World }): ReportQuery {
  const { type = null, severity = null, status = null, origin = null, assignee, from, to, q = null, value = null, before } = query;
  const end = to === undefined ? null : Date.parse(to);
  return {
    livemode: askedWorld(query.livemode, caller.world) === "live",
    ...{ types: type, severities: severity, statuses: status, origins: origin },
    assignee: assignee === undefined ? null : assignee === "me" ? caller.id : assignee,
    fromMs: from === undefined ? null : Date.parse(from),
    toMs: end !== null && to?.length === 10 ? end + DAY_MS : end,
    ...{ text: q, value, decisionId: query.decision_id ?? null },
    before: before === undefined ? null : readPlace(before),
    limit: query.limit,
  };
}

export const writePlace = ({ openedAtMs, id }: ReportPlace): string => `${openedAtMs}_${id}`;

function readPlace(text: string): ReportPlace {
  const at = text.indexOf("_");
  return { openedAtMs: Number(text.slice(0, at)), id: text.slice(at + 1) };
}
