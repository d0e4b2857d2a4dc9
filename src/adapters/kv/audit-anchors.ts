import * as z from "zod";
import { ok } from "../../core/result.ts";
import type { AuditAnchors } from "../../ports/audit.ts";
import { within } from "../time/within.ts";

const PREFIX = "audit:head:";
const StoredHead = z.object({ seq: z.int().nonnegative(), hash: z.string() });

/** Ends of the audit chain by day (UTC) in Workers KV: whoever rewrites the log in Postgres cannot rewrite these with it. */
export function createAuditAnchors(kv: KVNamespace): AuditAnchors {
  return {
    async put(day, head, budgetMs) {
      const known = await within("kv", budgetMs, () => kv.get(PREFIX + day, { type: "text" }));
      // A day's first anchor stays: a later one could vouch for what was rewritten in between.
      if (!known.ok || known.value !== null) return known.ok ? ok(undefined) : known;
      return within("kv", budgetMs, () => kv.put(PREFIX + day, JSON.stringify(head)));
    },
    list: (budgetMs) =>
      within("kv", budgetMs, async () => {
        const { keys } = await kv.list({ prefix: PREFIX, limit: 1_000 });
        const texts = await Promise.all(keys.map(({ name }) => kv.get(name, { type: "text" })));
        return keys.flatMap(({ name }, i) => {
          const text = texts[i];
          return typeof text === "string" ? [{ day: name.slice(PREFIX.length), ...StoredHead.parse(JSON.parse(text)) }] : [];
        });
      }),
  };
}
