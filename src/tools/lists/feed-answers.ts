import * as z from "zod";

const Feed = z.object({
  name: z.string(),
  role: z.string(),
  category: z.string().nullable(),
  format: z.string(),
  origin: z.string().nullable(),
  min_count: z.int(),
  entries: z.int(),
  imported_at: z.string(),
  imported_by: z.string(),
  expires_at: z.string().nullable(),
});

/** What the service says of the feeds it holds. */
export const FeedsAnswer = z.object({
  feeds: z.array(Feed),
  base: z.object({ hash: z.string().nullable(), built_at: z.string().nullable(), is_current: z.boolean() }),
});

/** What the service says of the feeds it fetches by itself. */
export const SourcesAnswer = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      is_active: z.boolean(),
      next_run: z.string().nullable(),
      last_run: z.string().nullable(),
      outcome: z.string().nullable(),
      failures: z.int(),
    }),
  ),
});

/** What the service says of an import. */
export const ImportAnswer = z.object({
  feed: Feed,
  previous: z.int().nullable(),
  below_min_count: z.int(),
  expired: z.int(),
  fault_count: z.int(),
  faults: z.array(z.object({ line: z.int(), message: z.string() })),
  other_scopes: z.array(z.object({ scope: z.string(), count: z.int() })),
});
