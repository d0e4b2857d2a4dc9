import type { MoveDeps } from "../../../../backoffice/reports/move-report.ts";
import { bringIntoForce } from "../../../../pipeline/lists/bring-into-force.ts";
import type { Services } from "../../../../pipeline/services.ts";

/** What the verbs on reports need. */
export function reportDepsOf({ reports, webhooks, lists, config, staff, newId, clock, alerts }: Services): MoveDeps {
  return {
    ...{ writes: staff, newId, webhooks, alerts, reports: reports.store },
    entries: lists.entries,
    enforce: (changed) => bringIntoForce({ ...lists, clock }, changed),
    ...{ named: lists.named, redis: config.redis, kv: config.kv, manifests: config.manifests },
  };
}
