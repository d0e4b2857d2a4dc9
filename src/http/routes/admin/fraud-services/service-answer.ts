import * as z from "zod";
import type { CheckView } from "../../../../backoffice/external-checks/read-checks.ts";
import { CHECK_OUTCOMES } from "../../../../core/external-checks/check-outcome.ts";
import { CheckSettings } from "../../../../core/external-checks/check-settings.ts";
import { describeCheck } from "../../../../core/external-checks/describe-check.ts";

export const ServiceAnswer = z.object({
  id: z.string(),
  description: z.string(),
  active: z.boolean(),
  /** Without secrets: these are named as `{secret.name}`. */
  settings: CheckSettings,
  /** What `SERVICE_SECRETS` lacks for it: names in `send`, or `hook`. */
  missing_secrets: z.array(z.string()),
  /** Null while nobody can say. */
  last_24h: z
    .object({
      calls: z.int(),
      /** In [0, 1]; null without calls. */
      success_rate: z.number().nullable(),
      mean_ms: z.number().nullable(),
      failures: z.partialRecord(z.enum(CHECK_OUTCOMES), z.int()),
    })
    .nullable(),
  /** In the instance that answers. */
  breaker: z.enum(["closed", "open", "half_open"]),
  created_at: z.string(),
  created_by: z.string(),
  updated_at: z.string(),
  updated_by: z.string(),
  version: z.int(),
});

export function describeService({ check, standing, breaker, missingSecrets }: CheckView): z.infer<typeof ServiceAnswer> {
  return {
    ...describeCheck(check),
    missing_secrets: [...missingSecrets],
    last_24h:
      standing === null
        ? null
        : { calls: standing.calls, success_rate: standing.successRate, mean_ms: standing.meanMs, failures: standing.failures },
    breaker,
  };
}
