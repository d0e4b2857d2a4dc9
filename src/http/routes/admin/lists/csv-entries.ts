import type { ListSide } from "../../../../backoffice/lists/entry-deps.ts";
import { csvFields } from "../../../../core/csv/csv-fields.ts";
import { err, ok, type Result } from "../../../../core/result.ts";
import { didYouMean } from "../../../../core/rules/nearest.ts";
import type { Problem } from "../../../problem.ts";

/** What an import reads, and what only an export tells: a file that was exported may be sent back as it is. */
const READ = ["type", "value", "reason", "verdict", "rules", "expires_at", "livemode"];
const TOLD = ["id", "source", "created_by", "created_at", "ended_at", "version"];

/** The entries of a CSV file with a header line, as the JSON call would have them; entries that an export says are ended are left out. */
export function readCsvEntries(text: string, side: ListSide): Result<readonly Readonly<Record<string, unknown>>[], Problem> {
  const refused = (path: string, message: string): Result<never, Problem> =>
    err({ status: 422, code: "invalid", detail: "the CSV file cannot be read", errors: [{ code: "csv", path, message }] });
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const columns = csvFields(lines[0] ?? "") ?? [];
  const unknown = columns.find((column) => !READ.includes(column) && !TOLD.includes(column));
  if (unknown !== undefined) return refused("line 1", `unknown column \`${unknown}\`${didYouMean(unknown, READ)}`);
  for (const needed of ["type", "value"])
    if (!columns.includes(needed)) return refused("line 1", `the header needs a column \`${needed}\`; it may have ${READ.join(", ")}`);
  const calls: Record<string, unknown>[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || line.trim() === "") continue;
    const fields = csvFields(line);
    if (fields === null) return refused(`line ${at + 1}`, "a quote is not closed on its line");
    if (fields.length > columns.length) return refused(`line ${at + 1}`, `has ${fields.length} fields, the header ${columns.length}`);
    const row = Object.fromEntries(columns.map((column, place) => [column, fields[place] ?? ""]));
    if ((row.ended_at ?? "") === "") calls.push(toCall(row, side));
  }
  return ok(calls);
}

function toCall(row: Readonly<Record<string, string>>, side: ListSide): Record<string, unknown> {
  const { type, value, reason = "", verdict = "", rules = "", expires_at: end = "", livemode = "" } = row;
  const common = { type, reason: reason === "" ? "imported" : reason, ...(livemode === "" ? {} : { livemode: livemode === "true" }) };
  if (side === "blocks")
    return { ...common, targetId: value, ...(verdict === "" ? {} : { verdict }), ...(end === "" ? {} : { expiresAt: end }) };
  return { ...common, value, ...(rules === "" ? {} : { rules: rules.split(/\s+/) }), ...(end === "" ? {} : { expires_at: end }) };
}
