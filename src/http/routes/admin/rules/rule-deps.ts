import type { WorkshopDeps } from "../../../../backoffice/rules/workshop-deps.ts";
import type { Services } from "../../../../pipeline/services.ts";

/** Rule files are large texts. */
export const MAX_RULE_BYTES = 8 << 20;

/** What the verbs on rules need. */
export function ruleDepsOf({ webhooks, config, configOptions, staff, newId }: Services): WorkshopDeps {
  return { ...config, options: configOptions, webhooks, writes: staff, newId };
}
