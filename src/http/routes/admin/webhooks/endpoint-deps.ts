import type { EndpointDeps } from "../../../../backoffice/webhooks/endpoint-deps.ts";
import type { Services } from "../../../../pipeline/services.ts";
import { checkTarget } from "../../../../pipeline/webhooks/check-target.ts";

const CHECK_BUDGET_MS = 5_000;

/** What the verbs on webhooks need. */
export function endpointDepsOf({ webhooks, staff, newId, access }: Services): EndpointDeps {
  const { endpoints, deliveries, secrets, wake } = webhooks;
  return {
    ...{ writes: staff, newId, endpoints, deliveries, secrets, wake, randomBytes: access.randomBytes },
    checkTarget: (url) => checkTarget(webhooks, url, CHECK_BUDGET_MS),
  };
}
