import type { Context } from "hono";
import * as z from "zod";
import { dropFeed } from "../../../../backoffice/lists/drop-feed.ts";
import type { FeedDeps, FeedRefusal } from "../../../../backoffice/lists/feed-deps.ts";
import { FeedImportCall, importFeed } from "../../../../backoffice/lists/import-feed.ts";
import { listFeeds } from "../../../../backoffice/lists/list-feeds.ts";
import type { StaffRefusal } from "../../../../backoffice/staff-action.ts";
import { FEED_CATEGORIES } from "../../../../core/lists/feed-category.ts";
import { FEED_ROLES } from "../../../../core/lists/list-role.ts";
import { fillFeed } from "../../../../pipeline/feeds/fill-feed.ts";
import type { Services } from "../../../../pipeline/services.ts";
import type { Feed } from "../../../../ports/lists.ts";
import type { AppEnv } from "../../../context.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { bodyText } from "./body-text.ts";

const PATH = "/api/admin/fraud-lists";

const FeedAnswer = z.object({
  name: z.string(),
  role: z.enum(FEED_ROLES),
  category: z.enum(FEED_CATEGORIES).nullable(),
  format: z.string(),
  origin: z.string().nullable(),
  min_count: z.int(),
  entries: z.int(),
  imported_at: z.string(),
  imported_by: z.string(),
  expires_at: z.string().nullable(),
  version: z.int(),
});
const Fault = z.object({ line: z.int(), message: z.string() });
const ImportAnswer = z.object({
  feed: FeedAnswer,
  /** Entries the feed had before; null for a new one. */
  previous: z.int().nullable(),
  below_min_count: z.int(),
  expired: z.int(),
  fault_count: z.int(),
  /** The first hundred. */
  faults: z.array(Fault),
  /** Of `crowdsec`: decisions that were left out because of what they are on. */
  other_scopes: z.array(z.object({ scope: z.string(), count: z.int() })),
});

const readFeeds: Route = {
  method: "get",
  path: `${PATH}/feeds`,
  verb: "lists.read",
  tag: "lists",
  summary: "Imported address lists, and whether the compiled list has them",
  answers: {
    200: {
      description: "The feeds",
      schema: z.object({
        feeds: z.array(FeedAnswer),
        base: z.object({ hash: z.string().nullable(), built_at: z.string().nullable(), is_current: z.boolean() }),
      }),
    },
  },
  handle: async (c) => {
    const found = await listFeeds(c.get("services").lists, staffContextOf(c));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { feeds, state } = found.value;
    const built = state.baseBuiltAtMs === null ? null : new Date(state.baseBuiltAtMs).toISOString();
    const base = { hash: state.base?.hash ?? null, built_at: built, is_current: state.feedsVersion === state.baseFeedsVersion };
    return c.json({ feeds: feeds.map(presentFeed), base });
  },
};

const importRoute: Route = {
  method: "post",
  path: `${PATH}/import`,
  verb: "lists.import",
  tag: "lists",
  summary: "Import an address list as text, up to 32 MiB; in force within a minute",
  description:
    "The body is the feed itself (`ipsum`, `netset`, `csv` or CrowdSec's `crowdsec`), read as it arrives. It replaces the feed of that name as a whole; " +
    "bad lines are told by number. A feed that lost nine in ten of its entries needs `confirm=true`.",
  query: FeedImportCall,
  answers: { 200: { description: "The feed as it is now, with what was left out", schema: ImportAnswer } },
  handle: async (c) => {
    const imported = await importFeed(feedDepsOf(c.get("services")), staffContextOf(c), c.req.query(), bodyText(c));
    if (!imported.ok) return answerProblem(c, problemOfFeedRefusal(imported.error));
    const { feed, previous, report } = imported.value;
    const { belowMinCount, expired, faultCount, faults, otherScopes } = report;
    return c.json({
      feed: presentFeed(feed),
      previous: previous?.entries ?? null,
      ...{ below_min_count: belowMinCount, expired, fault_count: faultCount, faults, other_scopes: [...otherScopes] },
    });
  },
};

const dropRoute: Route = {
  method: "delete",
  path: `${PATH}/feeds/{name}`,
  verb: "lists.import",
  tag: "lists",
  summary: "Take a feed out of force, within a minute",
  answers: { 200: { description: "The feed as it was", schema: FeedAnswer } },
  handle: async (c) => {
    const dropped = await dropFeed(feedDepsOf(c.get("services")), staffContextOf(c), { name: nameOf(c) });
    return dropped.ok ? c.json(presentFeed(dropped.value)) : answerProblem(c, problemOfStaffRefusal(dropped.error));
  },
};

const nameOf = (c: Context<AppEnv>): string => c.req.param("name") ?? "";

function feedDepsOf({ lists, staff, newId, access }: Services): FeedDeps {
  return { writes: staff, newId, feeds: lists.feeds, fill: fillFeed, randomBytes: access.randomBytes };
}

function presentFeed(feed: Feed): z.infer<typeof FeedAnswer> {
  const { name, role, category, format, origin, minCount, entries, importedAtMs, importedBy, expiresAtMs, version } = feed;
  const expires = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
  return {
    ...{ name, role, category, format, origin, min_count: minCount, entries, version, imported_by: importedBy },
    ...{ imported_at: new Date(importedAtMs).toISOString(), expires_at: expires },
  };
}

function problemOfFeedRefusal(refusal: StaffRefusal | FeedRefusal): Problem {
  switch (refusal.kind) {
    case "too_large":
      return { status: 413, code: "body_too_large", detail: `the feed is larger than ${refusal.mostBytes} bytes: split it` };
    case "feed_refused": {
      const { code, message, report } = refusal;
      const hint = code === "feed_shrunk" ? ": send `confirm=true` if that is right" : "";
      return {
        status: 422,
        code,
        detail: `${message}${hint}`,
        errors: report.faults.map((fault) => ({ code: "bad_line", path: `line ${fault.line}`, message: fault.message })),
        more: { fault_count: report.faultCount, other_scopes: report.otherScopes },
      };
    }
    default:
      return problemOfStaffRefusal(refusal);
  }
}

/** Everything about feeds. */
export const feedRoutes: readonly Route[] = [readFeeds, importRoute, dropRoute];
