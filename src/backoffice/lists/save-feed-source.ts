import * as z from "zod";
import { FEED_CATEGORIES } from "../../core/lists/feed-category.ts";
import { FEED_FORMATS } from "../../core/lists/feeds/feed-format.ts";
import { FEED_ROLES } from "../../core/lists/list-role.ts";
import { err, ok } from "../../core/result.ts";
import { parseDuration } from "../../core/rules/literal.ts";
import { readTarget } from "../../core/webhooks/target-url.ts";
import type { FeedSource } from "../../ports/feed-sources.ts";
import { staffAction } from "../staff-action.ts";
import { EndAfter, readEnd } from "./entry-end.ts";
import { FEED_BUDGET_MS } from "./feed-deps.ts";
import { type FeedSourceDeps, sourceTarget, versionedSource } from "./feed-source-deps.ts";
import { FeedName } from "./import-feed.ts";

const LEAST_INTERVAL_MS = 60_000;
const MOST_INTERVAL_MS = 30 * 86_400_000;

export const FeedSourceCall = z.strictObject({
  /** `https://`; for `crowdsec` the LAPI itself, without `/v1/…`. */
  url: z.string().min(1),
  format: z.enum(FEED_FORMATS).default("netset"),
  role: z.enum(FEED_ROLES).default("signal"),
  category: z.enum(FEED_CATEGORIES).nullable().default(null),
  min_count: z.int().min(1).max(1_000_000).default(1),
  /** How long an import counts unless the next one comes: `36h`. */
  ttl: EndAfter.nullable().default(null),
  /** From one minute to 30 days: `6h`. */
  interval: EndAfter,
  is_active: z.boolean().default(true),
  /** The version that is changed; `If-Match` counts when it is left out. */
  version: z.int().positive().optional(),
});

const Input = FeedSourceCall.extend({
  name: FeedName.refine((name) => name !== "staff" && name !== "auto", "`staff` and `auto` are people's and rules' own"),
});

/** Sets a feed up to be fetched by itself, or changes how; it is fetched within a minute. */
export const saveFeedSource = staffAction<FeedSourceDeps, z.infer<typeof Input>, FeedSource>({
  verb: "lists.import",
  action: "feed_source.save",
  input: Input,
  plan: async (deps, { name, version, interval, ...call }, context) => {
    const target = readTarget(call.url, deps.allowsLocal);
    if (!target.ok) return invalid("url", `\`url\` ${target.error}`);
    const intervalMs = parseDuration(interval) ?? 0;
    if (intervalMs < LEAST_INTERVAL_MS || intervalMs > MOST_INTERVAL_MS) return invalid("interval", "must be from one minute to 30 days");
    const end = readEnd({ at: undefined, after: call.ttl ?? undefined, atPath: "ttl" }, context.nowMs);
    if (!end.ok) return invalid("ttl", end.error.message);
    if (end.value !== null && end.value - context.nowMs <= intervalMs)
      return invalid("ttl", "must be longer than `interval`, or the feed is over before it is read again");
    const known = await deps.sources.byName(name, FEED_BUDGET_MS);
    if (!known.ok) return err({ kind: "unavailable", part: known.error.source });
    const before = known.value;
    const { url, format, role, category, min_count: minCount, ttl, is_active: isActive } = call;
    const source: FeedSource = {
      ...{ name, url, format, role, category, minCount, ttl, isActive, intervalSeconds: intervalMs / 1_000 },
      ...{ version: (before?.version ?? 0) + 1, updatedAtMs: context.nowMs, updatedBy: context.actor.id, dueAtMs: context.nowMs },
      ...{ ranAtMs: before?.ranAtMs ?? null, outcome: before?.outcome ?? null, failures: 0 },
      ...{ etag: null, lastModified: null, startedAtMs: null },
    };
    return ok({
      change: deps.sources.saving(source),
      target: sourceTarget(name),
      current: before === null ? null : versionedSource(before),
      expected: version,
      after: versionedSource(source).state,
      reread: async () => {
        const now = await deps.sources.byName(name, FEED_BUDGET_MS);
        return now.ok ? ok(now.value === null ? null : versionedSource(now.value)) : now;
      },
      output: source,
    });
  },
});

const invalid = (path: string, message: string) => err({ kind: "invalid", faults: [{ code: "invalid_value", path, message }] } as const);
