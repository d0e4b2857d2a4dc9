import * as z from "zod";
import { formatPath } from "../../core/event/lenient.ts";
import type { Report } from "../../core/reports/report-record.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { EditBody, editReport } from "./edit-report.ts";
import { MoveBody } from "./move-body.ts";
import { type MoveDeps, type MoveRefusal, moveReport } from "./move-report.ts";

export const MOST_AT_ONCE = 200;
const Id = z.string().min(1).max(200);

/** One move or one edit for many reports; each may name the version it was seen in. */
export const ManyBody = z
  .strictObject({
    reports: z
      .array(z.union([Id, z.strictObject({ id: Id, version: z.int().positive().optional() })]))
      .min(1)
      .max(MOST_AT_ONCE),
    move: MoveBody.omit({ version: true, lists: true, confirm: true }).optional(),
    edit: EditBody.omit({ version: true, notes: true }).optional(),
  })
  .refine(({ move, edit }) => (move === undefined) !== (edit === undefined), "say `move` or `edit`, and not both");

/** What became of one of many. */
export interface HandledOne {
  readonly id: string;
  readonly result: Result<Report, StaffRefusal | MoveRefusal>;
}

/** Moves or edits reports one after another, each with its own audit row: one that is refused keeps no other from being done. Twice named is done once. */
export async function handleMany(
  deps: MoveDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<readonly HandledOne[], StaffRefusal>> {
  if (!contextMay(context, "reports.bulk")) return err({ kind: "not_allowed", verb: "reports.bulk", role: context.role });
  const parsed = ManyBody.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
    return err({ kind: "invalid", faults });
  }
  const { reports, move, edit } = parsed.data;
  const asked = new Map(reports.map((one) => (typeof one === "string" ? [one, undefined] : [one.id, one.version])));
  // A version in `If-Match` would be one report's.
  const each: StaffContext = { ...context, ifVersion: null };
  const handled: HandledOne[] = [];
  for (const [id, version] of asked) {
    const named = { id, ...(version === undefined ? {} : { version }) };
    if (move !== undefined) {
      const made = await moveReport(deps, each, { ...move, ...named });
      handled.push({ id, result: made.ok ? ok(made.value.report) : made });
    } else handled.push({ id, result: await editReport(deps, each, { ...edit, ...named }) });
  }
  return ok(handled);
}
