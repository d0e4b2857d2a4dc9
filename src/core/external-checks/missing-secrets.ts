import { targetOf } from "./check-faults.ts";
import { type CheckSecrets, hookSecretsOf, secretFor } from "./check-secrets.ts";
import type { ExternalCheck } from "./check-settings.ts";

/** What a service needs of `SERVICE_SECRETS` and the deployment does not have for its host: names in `send`, and `hook` for postbacks. */
export function missingSecrets({ name, settings }: ExternalCheck, secrets: CheckSecrets): readonly string[] {
  const target = targetOf(settings.url, true);
  const host = typeof target === "string" ? "" : target.url.host;
  const text = JSON.stringify([settings.url, settings.headers, settings.body]);
  const named = new Set([...text.matchAll(/\{secret\.(\w+)\}/g)].map(([, secret = ""]) => secret));
  const missing = [...named].filter((secret) => secretFor(secrets, name, host, secret) === undefined);
  return settings.postback !== null && hookSecretsOf(secrets, name).length === 0 ? [...missing, "hook"] : missing;
}
