import type { Route } from "../../../route.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { endpointRoutes } from "./endpoints.ts";

/** Everything about webhooks. */
export const webhookRoutes: readonly Route[] = [...endpointRoutes, ...deliveryRoutes];
