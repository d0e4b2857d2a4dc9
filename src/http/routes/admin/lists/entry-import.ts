import type { Context } from "hono";
import * as z from "zod";
import { EntryType } from "../../../../backoffice/lists/entry-calls.ts";
import type { ListSide } from "../../../../backoffice/lists/entry-deps.ts";
import { EndAfter } from "../../../../backoffice/lists/entry-end.ts";
import { EntryImportCall, importEntries } from "../../../../backoffice/lists/import-entries.ts";
import { err, ok, type Result } from "../../../../core/result.ts";
import type { AppEnv } from "../../../context.ts";
import { readJson } from "../../../json-body.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { bodyText } from "./body-text.ts";
import { readCsvEntries } from "./csv-entries.ts";
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
  summary:
    "Make up to 10,000 entries at once: JSON, as `text/csv` a file such as an export gives, or as `text/plain` a netset with one value a line",
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
    const body = await readEntries(c, side, query.value);
    if (!body.ok) return answerProblem(c, body.error);
    const imported = await importEntries(entryDepsOf(c.get("services")), staffContextOf(c), side, body.value);
    if (!imported.ok) return answerProblem(c, problemOfListRefusal(imported.error));
    const { added, alreadyListed, late } = imported.value;
    return c.json({ added, already_listed: alreadyListed, warnings: lateWarnings(late) });
  },
});

/** The body as the call that JSON would have been, by its content type. */
async function readEntries(c: Context<AppEnv>, side: ListSide, query: z.infer<typeof Query>): Promise<Result<unknown, Problem>> {
  const [type] = (c.req.header("content-type") ?? "").toLowerCase().split(";");
  if (type?.trim() === "text/plain") {
    const text = await readText(c);
    return text.ok ? ok(netsetCall(text.value, side, query)) : text;
  }
  if (type?.trim() === "text/csv") {
    const text = await readText(c);
    if (!text.ok) return text;
    const entries = readCsvEntries(text.value, side);
    return entries.ok ? ok({ entries: entries.value, confirm: query.confirm === "true" }) : entries;
  }
  return readJson(c, MAX_BYTES);
}

async function readText(c: Context<AppEnv>): Promise<Result<string, Problem>> {
  let text = "";
  for await (const part of bodyText(c)) {
    text += part;
    if (text.length > MAX_BYTES) return err({ status: 413, code: "body_too_large", detail: `the body is larger than ${MAX_BYTES} bytes` });
  }
  return ok(text);
}

function netsetCall(text: string, side: ListSide, query: z.infer<typeof Query>): unknown {
  const { type, reason, for: after } = query;
  const common = { type, reason, ...(after === undefined ? {} : { for: after }) };
  const values = text
    .split("\n")
    .map((line) => line.replace(/[#;].*$/s, "").trim())
    .filter((value) => value !== "");
  const entries = values.map((value) => ({ ...common, ...(side === "blocks" ? { targetId: value } : { value }) }));
  return { entries, confirm: query.confirm === "true" };
}

/** Bulk imports into both lists. */
export const entryImportRoutes: readonly Route[] = [
  importRoute("blocks", "/api/admin/fraud-blocks"),
  importRoute("whitelist", "/api/admin/fraud-whitelist"),
];
