import type { DeliveryStore } from "../../../ports/webhooks.ts";
import { ask, type Database } from "../database.ts";
import { deliveryById, findDeliveries } from "./delivery-log.ts";
import { dueEndpoints, leaseDeliveries } from "./lease-deliveries.ts";
import { addingOne, replaying, replayingRange } from "./replay-deliveries.ts";
import { settleDeliveries } from "./settle-deliveries.ts";

/** Deliveries in Postgres. */
export function createDeliveryStore(database: Database): DeliveryStore {
  return {
    find: (query, budgetMs) => ask(database, budgetMs, (session) => findDeliveries(session, query)),
    byId: (endpointId, id, budgetMs) => ask(database, budgetMs, (session) => deliveryById(session, endpointId, id)),
    due: (nowMs, limit, budgetMs) => ask(database, budgetMs, (session) => dueEndpoints(session, nowMs, limit)),
    lease: (endpointId, lease, times, budgetMs) => ask(database, budgetMs, (session) => leaseDeliveries(session, endpointId, lease, times)),
    settle: (lease, settled, disabling, budgetMs) =>
      ask(database, budgetMs, (session) => settleDeliveries(session, lease, settled, disabling)),
    addingOne,
    replaying,
    replayingRange,
  };
}
