import * as z from "zod";
import { changeEntry, TrustChangeCall } from "../../../../backoffice/lists/change-entry.ts";
import { createEntry } from "../../../../backoffice/lists/create-entry.ts";
import { endEntry } from "../../../../backoffice/lists/end-entry.ts";
import { NewTrustCall } from "../../../../backoffice/lists/entry-calls.ts";
import { readEntry } from "../../../../backoffice/lists/search-entries.ts";
import type { ListHit } from "../../../../core/lists/list-hit.ts";
import type { Services } from "../../../../pipeline/services.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readWithId } from "../read-with-id.ts";
import { presentRulesetTrust, presentTrust, RulesetTrust, TrustAnswer } from "./entry-answer.ts";
import { answerEntries } from "./entry-page.ts";
import { EntryListQuery } from "./entry-query.ts";
import { entryDepsOf } from "./list-deps.ts";
import { lateWarnings, problemOfListRefusal } from "./list-refusal.ts";

const PATH = "/api/admin/fraud-whitelist";
const Changed = TrustAnswer.extend({ warnings: z.array(z.string()) });

const listTrust: Route = {
  method: "get",
  path: PATH,
  verb: "lists.read",
  tag: "lists",
  summary: "The whitelist, newest first, ended entries too; those of the published ruleset beside it",
  description: "Filter as `/api/admin/fraud-blocks`. What is in `ruleset` is changed by publishing rules.",
  query: EntryListQuery,
  answers: {
    200: {
      description: "A page",
      schema: z.object({ entries: z.array(TrustAnswer), ruleset: z.array(RulesetTrust), next: z.string().nullable() }),
    },
  },
  handle: (c) =>
    answerEntries(c, "whitelist", (entries, next, nowMs) => {
      const ruleset = rulesetTrust(c.get("services")).map(presentRulesetTrust);
      return c.json({ entries: entries.map((entry) => presentTrust(entry, nowMs)), ruleset, next });
    }),
};

const createTrust: Route = {
  method: "post",
  path: PATH,
  verb: "lists.edit",
  tag: "lists",
  summary: "Trust something: it silences all rules and its own entity's blocks, or only the rules it names",
  body: NewTrustCall,
  answers: { 201: { description: "The entry", schema: Changed } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const made = await createEntry(entryDepsOf(services), staffContextOf(c), "whitelist", body.value);
    if (!made.ok) return answerProblem(c, problemOfListRefusal(made.error));
    return c.json({ ...presentTrust(made.value.entry, services.clock()), warnings: lateWarnings(made.value.late) }, 201);
  },
};

const readTrust: Route = {
  method: "get",
  path: `${PATH}/{id}`,
  verb: "lists.read",
  tag: "lists",
  summary: "One whitelist entry, in force or not",
  answers: { 200: { description: "The entry", schema: TrustAnswer } },
  handle: async (c) => {
    const { lists, clock } = c.get("services");
    const found = await readEntry(lists, staffContextOf(c), "whitelist", c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    c.header("etag", `"${found.value.version}"`);
    return c.json(presentTrust(found.value, clock()));
  },
};

const changeTrust: Route = {
  method: "patch",
  path: `${PATH}/{id}`,
  verb: "lists.edit",
  tag: "lists",
  summary: "Change the reason, the rules or the end of a whitelist entry",
  body: TrustChangeCall,
  answers: { 200: { description: "The entry as it is now", schema: Changed } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const changed = await changeEntry(entryDepsOf(services), staffContextOf(c), "whitelist", body.value);
    if (!changed.ok) return answerProblem(c, problemOfListRefusal(changed.error));
    return c.json({ ...presentTrust(changed.value.entry, services.clock()), warnings: lateWarnings(changed.value.late) });
  },
};

const endTrust: Route = {
  method: "delete",
  path: `${PATH}/{id}`,
  verb: "lists.edit",
  tag: "lists",
  summary: "End a whitelist entry; it stays as history",
  description: "`If-Match` names the version that was seen. May be repeated: it then tells the stores again.",
  answers: { 200: { description: "The entry as it is now", schema: Changed } },
  handle: async (c) => {
    const services = c.get("services");
    const ended = await endEntry(entryDepsOf(services), staffContextOf(c), "whitelist", { id: c.req.param("id") ?? "" });
    if (!ended.ok) return answerProblem(c, problemOfStaffRefusal(ended.error));
    return c.json({ ...presentTrust(ended.value.entry, services.clock()), warnings: lateWarnings(ended.value.late) });
  },
};

/** The whitelist of the ruleset that this isolate decides with. */
function rulesetTrust({ live }: Services): readonly ListHit[] {
  const whitelist = live.current()?.whitelist;
  return whitelist === undefined ? [] : [...whitelist.exact.values()].flat().concat(whitelist.networks.map(({ hit }) => hit));
}

/** Everything about the whitelist. */
export const whitelistRoutes: readonly Route[] = [listTrust, createTrust, readTrust, changeTrust, endTrust];
