import type { EntryDeps } from "../../../../backoffice/lists/entry-deps.ts";
import { bringIntoForce } from "../../../../pipeline/lists/bring-into-force.ts";
import type { Services } from "../../../../pipeline/services.ts";

/** What the verbs on blocks and whitelist need. */
export function entryDepsOf({ lists, webhooks, staff, newId, clock, alerts }: Services): EntryDeps {
  return {
    writes: staff,
    newId,
    entries: lists.entries,
    webhooks,
    alerts,
    enforce: (changed) => bringIntoForce({ ...lists, clock }, changed),
  };
}
