import type { AuditDetails } from "../audit/entry.ts";
import type { Endpoint } from "./endpoint.ts";

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** An endpoint as staff see it: never its secrets. */
export function describeEndpoint(endpoint: Endpoint) {
  return {
    id: endpoint.id,
    livemode: endpoint.world === "live",
    name: endpoint.name,
    kind: endpoint.format.kind,
    url: endpoint.url,
    types: [...endpoint.types],
    min_severity: endpoint.minSeverity,
    settings: endpoint.format.settings,
    is_active: endpoint.isActive,
    disabled_for: endpoint.disabledFor,
    disabled_at: isoOf(endpoint.disabledAtMs),
    failing_since: isoOf(endpoint.failingSinceMs),
    last_success_at: isoOf(endpoint.lastSuccessMs),
    previous_secret_until: isoOf(endpoint.previousSecretUntilMs),
    created_at: isoOf(endpoint.createdAtMs),
    created_by: endpoint.createdBy,
    version: endpoint.version,
  };
}

/** What of it the audit log and conflicts tell: no recipient, and of the address no query, where senders like to put tokens. */
export function auditedEndpoint(endpoint: Endpoint): AuditDetails {
  const { name, kind, types, min_severity, livemode, is_active, disabled_for } = describeEndpoint(endpoint);
  const [url = ""] = endpoint.url.split("?", 1);
  const { settings } = endpoint.format;
  const template = "template" in settings ? settings.template !== null : null;
  return { name, kind, url, types, min_severity, livemode, is_active, disabled_for, has_template: template };
}
