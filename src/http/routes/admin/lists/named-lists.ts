import type { Context } from "hono";
import * as z from "zod";
import {
  changeListEntries,
  createNamedList,
  dropNamedList,
  EntriesCall,
  ListChangeCall,
  NewListCall,
  replaceNamedList,
} from "../../../../backoffice/lists/edit-named-list.ts";
import type { NamedListDeps, NamedListRefusal } from "../../../../backoffice/lists/named-list-deps.ts";
import { listNamedLists, readNamedList } from "../../../../backoffice/lists/read-named-lists.ts";
import type { ListAction } from "../../../../backoffice/lists/save-named-list.ts";
import type { StaffRefusal } from "../../../../backoffice/staff-action.ts";
import { NAMED_LIST_TYPES } from "../../../../core/config/named-list.ts";
import type { Services } from "../../../../pipeline/services.ts";
import type { NamedList } from "../../../../ports/lists.ts";
import type { AppEnv } from "../../../context.ts";
import { readJson } from "../../../json-body.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";

const PATH = "/api/admin/fraud-lists";
/** A list of two hundred thousand entries. */
const MAX_BYTES = 8 << 20;

const ListAnswer = z.object({
  name: z.string(),
  type: z.enum(NAMED_LIST_TYPES),
  description: z.string(),
  count: z.int(),
  version: z.int(),
  updated_at: z.string(),
  updated_by: z.string(),
});
const Changed = ListAnswer.extend({ seq: z.int() });
const Format = z.strictObject({ format: z.enum(["json", "text"]).default("json") });

const lists: Route = {
  method: "get",
  path: PATH,
  verb: "lists.read",
  tag: "lists",
  summary: "Named lists, which rules read with `inList`",
  answers: { 200: { description: "The lists", schema: z.object({ lists: z.array(ListAnswer) }) } },
  handle: async (c) => {
    const found = await listNamedLists(namedDepsOf(c.get("services")), staffContextOf(c));
    return found.ok ? c.json({ lists: found.value.map(present) }) : answerProblem(c, problemOfStaffRefusal(found.error));
  },
};

const create: Route = {
  method: "post",
  path: PATH,
  verb: "lists.edit",
  tag: "lists",
  summary: "Make a named list; rules may name it from then on",
  body: NewListCall,
  answers: { 201: { description: "The list", schema: Changed } },
  handle: async (c) => {
    const body = await readJson(c, MAX_BYTES);
    return body.ok ? answerChange(c, createNamedList, body.value, 201) : answerProblem(c, body.error);
  },
};

const read: Route = {
  method: "get",
  path: `${PATH}/{name}`,
  verb: "lists.read",
  tag: "lists",
  summary: "A named list with its entries; `format=text` gives one a line",
  query: Format,
  answers: { 200: { description: "The list", schema: ListAnswer.extend({ entries: z.array(z.string()) }) } },
  handle: async (c) => {
    const query = parseQuery(c, Format);
    if (!query.ok) return answerProblem(c, query.error);
    const found = await readNamedList(namedDepsOf(c.get("services")), staffContextOf(c), nameOf(c));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { list, entries } = found.value;
    c.header("etag", `"${list.version}"`);
    if (query.value.format === "json") return c.json({ ...present(list), entries });
    c.header("content-disposition", `attachment; filename="${list.name}.txt"`);
    return c.body(entries.map((entry) => `${entry}\n`).join(""), 200, { "content-type": "text/plain; charset=utf-8" });
  },
};

const replace: Route = {
  method: "put",
  path: `${PATH}/{name}`,
  verb: "lists.edit",
  tag: "lists",
  summary: "Replace the entries of a named list; its type stays",
  body: ListChangeCall,
  answers: { 200: { description: "The list as it is now", schema: Changed } },
  handle: (c) => withName(c, replaceNamedList),
};

const change: Route = {
  method: "post",
  path: `${PATH}/{name}/entries`,
  verb: "lists.edit",
  tag: "lists",
  summary: "Add entries to a named list and take some away",
  body: EntriesCall,
  answers: { 200: { description: "The list as it is now", schema: Changed } },
  handle: (c) => withName(c, changeListEntries),
};

const drop: Route = {
  method: "delete",
  path: `${PATH}/{name}`,
  verb: "lists.edit",
  tag: "lists",
  summary: "Take a named list away that no live rule reads",
  description: "`If-Match` names the version that was seen.",
  answers: { 200: { description: "The version that is without it", schema: z.object({ seq: z.int() }) } },
  handle: async (c) => {
    const dropped = await dropNamedList(namedDepsOf(c.get("services")), staffContextOf(c), { name: nameOf(c) });
    return dropped.ok ? c.json({ seq: dropped.value.seq }) : answerProblem(c, problemOfNamedRefusal(dropped.error));
  },
};

const nameOf = (c: Context<AppEnv>): string => c.req.param("name") ?? "";

async function withName(c: Context<AppEnv>, action: ListAction): Promise<Response> {
  const body = await readJson(c, MAX_BYTES);
  if (!body.ok) return answerProblem(c, body.error);
  const { value } = body;
  // What is no object is left for the verb to refuse.
  const isNamed = typeof value === "object" && value !== null && !Array.isArray(value);
  return answerChange(c, action, isNamed ? { ...value, name: nameOf(c) } : value, 200);
}

async function answerChange(c: Context<AppEnv>, action: ListAction, input: unknown, status: 200 | 201): Promise<Response> {
  const changed = await action(namedDepsOf(c.get("services")), staffContextOf(c), input);
  if (!changed.ok) return answerProblem(c, problemOfNamedRefusal(changed.error));
  const { list, seq } = changed.value;
  return c.json(list === null ? { seq } : { ...present(list), seq }, status);
}

function namedDepsOf({ config, lists: stores, staff, newId }: Services): NamedListDeps {
  return { ...config, named: stores.named, writes: staff, newId };
}

function present({ name, type, description, entries, version, updatedAtMs, updatedBy }: NamedList) {
  const updated = { updated_at: new Date(updatedAtMs).toISOString(), updated_by: updatedBy };
  return { name, type, description, count: entries, version, ...updated };
}

function problemOfNamedRefusal(refusal: StaffRefusal | NamedListRefusal): Problem {
  switch (refusal.kind) {
    case "in_use":
      return { status: 409, code: "list_in_use", detail: `live rules read \`${refusal.name}\`: publish rules without it first` };
    case "nothing_live":
      return { status: 409, code: "nothing_live", detail: "named lists go live beside rules: publish rules first" };
    case "delayed":
      return {
        status: 503,
        code: "publish_delayed",
        detail: `it is saved as version ${refusal.seq}, but ${refusal.part} did not take it: it goes live within a minute of that store's return`,
        retryAfterSeconds: 60,
      };
    default:
      return problemOfStaffRefusal(refusal);
  }
}

/** Everything about named lists. */
export const namedListRoutes: readonly Route[] = [lists, create, read, replace, change, drop];
