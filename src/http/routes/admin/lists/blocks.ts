import * as z from "zod";
import { BlockChangeCall, changeEntry } from "../../../../backoffice/lists/change-entry.ts";
import { createEntry } from "../../../../backoffice/lists/create-entry.ts";
import { EndCall, endEntry } from "../../../../backoffice/lists/end-entry.ts";
import { NewBlockCall } from "../../../../backoffice/lists/entry-calls.ts";
import { readEntry } from "../../../../backoffice/lists/search-entries.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readWithId } from "../read-with-id.ts";
import { BlockAnswer, presentBlock } from "./entry-answer.ts";
import { answerEntries } from "./entry-page.ts";
import { EntryListQuery } from "./entry-query.ts";
import { entryDepsOf } from "./list-deps.ts";
import { lateWarnings, problemOfListRefusal } from "./list-refusal.ts";

const PATH = "/api/admin/fraud-blocks";
const Changed = BlockAnswer.extend({ warnings: z.array(z.string()) });

const listBlocks: Route = {
  method: "get",
  path: PATH,
  verb: "lists.read",
  tag: "lists",
  summary: "Blocks, newest first, ended ones too",
  description: "Filter by type, is_active, value (in any spelling), source and a text; `format=csv` and `format=netset` give files.",
  query: EntryListQuery,
  answers: { 200: { description: "A page", schema: z.object({ blocks: z.array(BlockAnswer), next: z.string().nullable() }) } },
  handle: (c) =>
    answerEntries(c, "blocks", (entries, next, nowMs) => c.json({ blocks: entries.map((entry) => presentBlock(entry, nowMs)), next })),
};

const createBlock: Route = {
  method: "post",
  path: PATH,
  verb: "lists.edit",
  tag: "lists",
  summary:
    "Block an address, network, device, client (`user`), card, e-mail, domain, phone, ASN or country; in force with the next decision",
  body: NewBlockCall,
  answers: { 201: { description: "The block", schema: Changed } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const made = await createEntry(entryDepsOf(services), staffContextOf(c), "blocks", body.value);
    if (!made.ok) return answerProblem(c, problemOfListRefusal(made.error));
    return c.json({ ...presentBlock(made.value.entry, services.clock()), warnings: lateWarnings(made.value.late) }, 201);
  },
};

const readBlock: Route = {
  method: "get",
  path: `${PATH}/{id}`,
  verb: "lists.read",
  tag: "lists",
  summary: "One block, in force or not",
  answers: { 200: { description: "The block", schema: BlockAnswer } },
  handle: async (c) => {
    const { lists, clock } = c.get("services");
    const found = await readEntry(lists, staffContextOf(c), "blocks", c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    c.header("etag", `"${found.value.version}"`);
    return c.json(presentBlock(found.value, clock()));
  },
};

const changeBlock: Route = {
  method: "patch",
  path: `${PATH}/{id}`,
  verb: "lists.edit",
  tag: "lists",
  summary: "Change the reason or the end of a block",
  body: BlockChangeCall,
  answers: { 200: { description: "The block as it is now", schema: Changed } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const changed = await changeEntry(entryDepsOf(services), staffContextOf(c), "blocks", body.value);
    if (!changed.ok) return answerProblem(c, problemOfListRefusal(changed.error));
    return c.json({ ...presentBlock(changed.value.entry, services.clock()), warnings: lateWarnings(changed.value.late) });
  },
};

const unblock: Route = {
  method: "post",
  path: `${PATH}/{id}/unblock`,
  verb: "lists.edit",
  tag: "lists",
  summary: "End a block; in force with the next decision",
  description: "May be repeated: it then tells the stores again.",
  body: EndCall,
  answers: { 200: { description: "The block as it is now", schema: Changed } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const ended = await endEntry(entryDepsOf(services), staffContextOf(c), "blocks", body.value);
    if (!ended.ok) return answerProblem(c, problemOfStaffRefusal(ended.error));
    return c.json({ ...presentBlock(ended.value.entry, services.clock()), warnings: lateWarnings(ended.value.late) });
  },
};

/** Everything about blocks. */
export const blockRoutes: readonly Route[] = [listBlocks, createBlock, readBlock, changeBlock, unblock];
