import { and, asc, eq, sql } from "drizzle-orm";
import { WEBHOOK_TYPES } from "../../../core/webhooks/webhook-event.ts";
import type { EndpointStore } from "../../../ports/webhooks.ts";
import { ask, type Database } from "../database.ts";
import { webhookEndpoints } from "../schema/webhooks.ts";
import { prepareChange } from "../staff-change.ts";
import { endpointValues, instantOf, toEndpoint } from "./endpoint-rows.ts";

/** Endpoints in Postgres. */
export function createEndpointStore(database: Database): EndpointStore {
  return {
    list: (world, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const ofWorld = eq(webhookEndpoints.livemode, world === "live");
        const rows = await session
          .select()
          .from(webhookEndpoints)
          .where(ofWorld)
          .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id));
        return rows.flatMap(toEndpoint);
      }),
    byId: (id, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)).limit(1);
        return rows.flatMap(toEndpoint)[0] ?? null;
      }),
    subscribed: (world, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const active = and(eq(webhookEndpoints.livemode, world === "live"), eq(webhookEndpoints.isActive, true));
        const rows = await session.select({ types: webhookEndpoints.types }).from(webhookEndpoints).where(active);
        const wanted = new Set(rows.flatMap(({ types }) => types));
        return new Set(WEBHOOK_TYPES.filter((type) => wanted.has(type)));
      }),
    creating: (endpoint) => {
      const values = endpointValues(endpoint);
      return prepareChange(() => [
        sql`insert into webhook_endpoints (id, livemode, kind, created_at, created_by, version, ${sql.join(Object.keys(values).map(sql.identifier), sql`, `)})
          select ${endpoint.id}, ${endpoint.world === "live"}::boolean, ${endpoint.format.kind}, ${instantOf(endpoint.createdAtMs)}, ${endpoint.createdBy},
            ${endpoint.version}::integer, ${sql.join(Object.values(values), sql`, `)} returning id`,
      ]);
    },
    replacing: (version, endpoint) => {
      const sets = Object.entries(endpointValues(endpoint)).map(([column, value]) => sql`${sql.identifier(column)} = ${value}`);
      return prepareChange(() => [
        sql`update webhook_endpoints set ${sql.join(sets, sql`, `)}, version = version + 1
          where id = ${endpoint.id} and version = ${version}::integer returning id`,
      ]);
    },
    removing: ({ id, version }) =>
      prepareChange((when) => [
        sql`delete from webhook_endpoints where id = ${id} and version = ${version}::integer returning id`,
        sql`delete from webhook_deliveries where endpoint_id = ${id} and ${when}`,
      ]),
  };
}
