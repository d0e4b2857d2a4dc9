import { type SQL, sql } from "drizzle-orm";
import type { DisabledFor, Endpoint } from "../../../core/webhooks/endpoint.ts";
import { KindSettings } from "../../../core/webhooks/endpoint-settings.ts";
import { severityOf, severityRank } from "../../../core/webhooks/severity.ts";
import { WEBHOOK_TYPES } from "../../../core/webhooks/webhook-event.ts";
import { toInstant } from "../instants.ts";
import type { webhookEndpoints } from "../schema/webhooks.ts";

type Row = typeof webhookEndpoints.$inferSelect;

/** None for an endpoint of a kind, or with settings, that this release does not know: nobody is told in a form they did not ask for. */
export function toEndpoint(row: Row): Endpoint[] {
  const format = KindSettings.safeParse({ kind: row.kind, settings: row.settings });
  if (!format.success) return [];
  const { id, name, url, secret, previousSecret, isActive, createdBy, version } = row;
  return [
    {
      ...{ id, name, url, secret, previousSecret, isActive, createdBy, version },
      world: row.livemode ? "live" : "test",
      format: format.data,
      types: WEBHOOK_TYPES.filter((type) => row.types.includes(type)),
      minSeverity: severityOf(row.minSeverity),
      previousSecretUntilMs: row.previousSecretUntil?.getTime() ?? null,
      disabledFor: row.disabledFor as DisabledFor | null,
      disabledAtMs: row.disabledAt?.getTime() ?? null,
      failingSinceMs: row.failingSince?.getTime() ?? null,
      lastSuccessMs: row.lastSuccessAt?.getTime() ?? null,
      createdAtMs: row.createdAt.getTime(),
    },
  ];
}

export const instantOf = (ms: number | null): SQL => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);

/** The values of what staff decide about an endpoint, by column. */
export function endpointValues(endpoint: Endpoint): Readonly<Record<string, SQL>> {
  return {
    name: sql`${endpoint.name}`,
    url: sql`${endpoint.url}`,
    types: sql`array(select json_array_elements_text(${JSON.stringify(endpoint.types)}::json))`,
    min_severity: sql`${severityRank(endpoint.minSeverity)}::smallint`,
    settings: sql`${JSON.stringify(endpoint.format.settings)}::jsonb`,
    secret: sql`${endpoint.secret}`,
    previous_secret: sql`${endpoint.previousSecret}::text`,
    previous_secret_until: instantOf(endpoint.previousSecretUntilMs),
    is_active: sql`${endpoint.isActive}::boolean`,
    disabled_for: sql`${endpoint.disabledFor}::text`,
    disabled_at: instantOf(endpoint.disabledAtMs),
    failing_since: instantOf(endpoint.failingSinceMs),
  };
}
