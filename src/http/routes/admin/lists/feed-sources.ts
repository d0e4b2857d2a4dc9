import type { Context } from "hono";
import * as z from "zod";
import { dropFeedSource } from "../../../../backoffice/lists/drop-feed-source.ts";
import type { FeedSourceDeps } from "../../../../backoffice/lists/feed-source-deps.ts";
import { listFeedSources } from "../../../../backoffice/lists/list-feed-sources.ts";
import { FeedSourceCall, saveFeedSource } from "../../../../backoffice/lists/save-feed-source.ts";
import { FEED_CATEGORIES } from "../../../../core/lists/feed-category.ts";
import { FEED_FORMATS } from "../../../../core/lists/feeds/feed-format.ts";
import { FEED_ROLES } from "../../../../core/lists/list-role.ts";
import type { FeedSource } from "../../../../ports/feed-sources.ts";
import type { AppEnv } from "../../../context.ts";
import { parseBody } from "../../../parse-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";

const PATH = "/api/admin/fraud-lists";

const SourceAnswer = z.object({
  name: z.string(),
  url: z.string(),
  format: z.enum(FEED_FORMATS),
  role: z.enum(FEED_ROLES),
  category: z.enum(FEED_CATEGORIES).nullable(),
  min_count: z.int(),
  ttl: z.string().nullable(),
  interval_seconds: z.int(),
  is_active: z.boolean(),
  version: z.int(),
  updated_at: z.string(),
  updated_by: z.string(),
  /** Null while it is not active. */
  next_run: z.string().nullable(),
  last_run: z.string().nullable(),
  /** `imported`, `unchanged`, or why not. */
  outcome: z.string().nullable(),
  failures: z.int(),
});

const readSources: Route = {
  method: "get",
  path: `${PATH}/sources`,
  verb: "lists.read",
  tag: "lists",
  summary: "Feeds that are fetched by themselves, and how the last fetch ended",
  answers: { 200: { description: "The sources", schema: z.object({ sources: z.array(SourceAnswer) }) } },
  handle: async (c) => {
    const found = await listFeedSources(depsOf(c), staffContextOf(c));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ sources: found.value.map(presentSource) });
  },
};

const putSource: Route = {
  method: "put",
  path: `${PATH}/sources/{name}`,
  verb: "lists.import",
  tag: "lists",
  summary: "Have a feed fetched by itself; the first time within a minute",
  description:
    "The feed of that name is replaced as a whole by what the address answers, unless it did not change since, is empty or lost nine in ten of its entries. With the format " +
    "`crowdsec` the address is that of a LAPI, whose decision stream is followed with the key in `CROWDSEC_LAPI_KEY`. Addresses of an inside network are refused. " +
    "With `If-Match` or `version`, a change that somebody else made first is a 409 that tells it.",
  body: FeedSourceCall,
  answers: { 200: { description: "The source as it is now", schema: SourceAnswer } },
  handle: async (c) => {
    const body = await parseBody(c, FeedSourceCall);
    if (!body.ok) return answerProblem(c, body.error);
    const saved = await saveFeedSource(depsOf(c), staffContextOf(c), { ...body.value, name: nameOf(c) });
    return saved.ok ? c.json(presentSource(saved.value)) : answerProblem(c, problemOfStaffRefusal(saved.error));
  },
};

const dropSource: Route = {
  method: "delete",
  path: `${PATH}/sources/{name}`,
  verb: "lists.import",
  tag: "lists",
  summary: "Fetch a feed no more; what was imported stays",
  answers: { 200: { description: "The source as it was", schema: SourceAnswer } },
  handle: async (c) => {
    const dropped = await dropFeedSource(depsOf(c), staffContextOf(c), { name: nameOf(c) });
    return dropped.ok ? c.json(presentSource(dropped.value)) : answerProblem(c, problemOfStaffRefusal(dropped.error));
  },
};

const nameOf = (c: Context<AppEnv>): string => c.req.param("name") ?? "";

function depsOf(c: Context<AppEnv>): FeedSourceDeps {
  const { feeds, staff, newId, webhooks } = c.get("services");
  return { writes: staff, newId, sources: feeds.sources, allowsLocal: webhooks.allowsLocal };
}

function presentSource(source: FeedSource): z.infer<typeof SourceAnswer> {
  const { name, url, format, role, category, minCount, ttl, intervalSeconds, isActive, version, outcome, failures } = source;
  const timeOf = (ms: number): string => new Date(ms).toISOString();
  return {
    ...{ name, url, format, role, category, min_count: minCount, ttl, interval_seconds: intervalSeconds, is_active: isActive, version },
    ...{ updated_at: timeOf(source.updatedAtMs), updated_by: source.updatedBy, outcome, failures },
    next_run: isActive ? timeOf(source.dueAtMs) : null,
    last_run: source.ranAtMs === null ? null : timeOf(source.ranAtMs),
  };
}

/** Everything about feeds that are fetched by themselves. */
export const feedSourceRoutes: readonly Route[] = [readSources, putSource, dropSource];
