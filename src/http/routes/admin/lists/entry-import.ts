import type { Context } from "hono";
import * as z from "zod";
import { EntryType } from "../../../../backoffice/lists/entry-calls.ts";
import type { ListSide } from "../../../../backoffice/lists/entry-deps.ts";
import { EndAfter } from "../../../../backoffice/lists/entry-end.ts";
import { EntryImportCall, importEntries } from "../../../../backoffice/lists/import-entries.ts";
import { ok, type Result } from "../../../../core/result.ts";
import type { AppEnv } from "../../../context.ts";
import { readJson } from "../../../json-body.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { bodyText } from "./body-text.ts";
import { entryDepsOf } from "./list-deps.ts";
import { lateWarnings, problemOfListRefusal } from "./list-refusal.ts";

const MAX_BYTES = 8 << 20;

/** What every line of a netset is, as it says no more than an address; a JSON body says it itself. */
const Query = z.strictObject({
  type: EntryType.default("ip"),
  reason: z.string().trim().min(1).max(500).default("imported"),
  for: EndAfter.optional(),
  confirm: z.enum(["true", "false"]).default("false"),
});

const importRoute = (side: ListSide, path: string): Route => ({
  method: "post",
  path: `${path}/import`,
  verb: "lists.import",
  tag: "lists",
  summary: "Make up to 10,000 entries at once: JSON, or as `text/plain` a netset with one value a line",
  description: "With one entry that does not fit nothing is changed. What is listed already stays as it is.",
  query: Query,
  body: EntryImportCall,
  answers: {
    200: {
      description: "How many were new",
      schema: z.object({ added: z.int(), already_listed: z.int(), warnings: z.array(z.string()) }),
    },
  },
  handle: async (c) => {
    const query = parseQuery(c, Query);
    if (!query.ok) return answerProblem(c, query.error);
    const isText = /^text\/plain\s*(?:;|$)/i.test(c.req.header("content-type") ?? "");
    const body = isText ? await readNetset(c, side, query.value) : await readJson(c, MAX_BYTES);
    if (!body.ok) return answerProblem(c, body.error);
    const imported = await importEntries(entryDepsOf(c.get("services")), staffContextOf(c), side, body.value);
    if (!imported.ok) return answerProblem(c, problemOfListRefusal(imported.error));
    const { added, alreadyListed, late } = imported.value;
    return c.json({ added, already_listed: alreadyListed, warnings: lateWarnings(late) });
  },
});

/** A netset as the call that JSON would have been. */
async function readNetset(c: Context<AppEnv>, side: ListSide, query: z.infer<typeof Query>): Promise<Result<unknown, Problem>> {
  let text = "";
  for await (const part of bodyText(c)) {
    text += part;
    if (text.length > MAX_BYTES)
      return { ok: false, error: { status: 413, code: "body_too_large", detail: `the body is larger than ${MAX_BYTES} bytes` } };
  }
  const { type, reason, for: after } = query;
  const common = { type, reason, ...(after === undefined ? {} : { for: after }) };
  const values = text
    .split("\n")
    .map((line) => line.replace(/[#;].*$/s, "").trim())
    .filter((value) => value !== "");
  const entries = values.map((value) => ({ ...common, ...(side === "blocks" ? { targetId: value } : { value }) }));
  return ok({ entries, confirm: query.confirm === "true" });
}

/** Bulk imports into both lists. */
export const entryImportRoutes: readonly Route[] = [
  importRoute("blocks", "/api/admin/fraud-blocks"),
  importRoute("whitelist", "/api/admin/fraud-whitelist"),
];
