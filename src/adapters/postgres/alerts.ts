import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Alert } from "../../core/alerts/alert.ts";
import type { AlertStore } from "../../ports/alerts.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { raisingAlert } from "./raise-alert.ts";
import { alerts } from "./schema/alerts.ts";
import { prepareChange } from "./staff-change.ts";

/** Alerts in Postgres; the unique index on unresolved causes makes two that raise one at once raise one. */
export function createAlertStore(database: Database): AlertStore {
  return {
    raise: (alert, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const named = raisingAlert(alert, sql`true`, nameOf).map((statement, index) => sql`${nameOf(index)} as (${statement})`);
        await session.execute(sql`with ${sql.join(named, sql`, `)} select 1`);
      }),
    raising: (alert) => prepareChange((when, own) => raisingAlert(alert, when, own)),
    find: ({ world, status, severity, kind, sinceMs, beforeId, limit, nowMs }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const found = await session
          .select(fieldsAt(nowMs))
          .from(alerts)
          .where(
            and(
              eq(alerts.livemode, world === "live"),
              status === null ? undefined : sql`${statusAt(nowMs)} = ${status}`,
              severity === null ? undefined : eq(alerts.severity, severity),
              kind === null ? undefined : eq(alerts.kind, kind),
              sinceMs === null ? undefined : gte(alerts.lastSeenAt, new Date(toInstant(sinceMs))),
              beforeId === null ? undefined : lt(alerts.id, beforeId),
            ),
          )
          .orderBy(desc(alerts.id))
          .limit(limit);
        return found.map(toAlert);
      }),
    byId: (id, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select(fieldsAt(nowMs)).from(alerts).where(eq(alerts.id, id)).limit(1);
        return row === undefined ? null : toAlert(row);
      }),
    handling: (version, { id, status, snoozedUntilMs, handledBy, handledMs, note }) =>
      prepareChange(() => [
        sql`update alerts set status = ${status}, snoozed_until = ${instant(snoozedUntilMs)}, handled_by = ${handledBy},
            handled_at = ${instant(handledMs)}, note = ${note}, version = version + 1
          where id = ${id} and version = ${version} returning id`,
      ]),
  };
}

const nameOf = (index: number): SQL => sql`${sql.identifier(`raised_${index}`)}`;

const instant = (ms: number | null): SQL => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);

/** A snooze ends by itself. */
const statusAt = (nowMs: number) =>
  sql<
    Alert["status"]
  >`(case when ${alerts.status} = 'snoozed' and ${alerts.snoozedUntil} <= ${instant(nowMs)} then 'open' else ${alerts.status} end)`;

const fieldsAt = (nowMs: number) => ({
  id: alerts.id,
  livemode: alerts.livemode,
  kind: alerts.kind,
  severity: alerts.severity,
  dedupKey: alerts.dedupKey,
  title: alerts.title,
  details: sql<Alert["details"]>`${alerts.details}`,
  status: statusAt(nowMs),
  snoozedUntil: alerts.snoozedUntil,
  firstSeenAt: alerts.firstSeenAt,
  lastSeenAt: alerts.lastSeenAt,
  timesSeen: alerts.timesSeen,
  handledBy: alerts.handledBy,
  handledAt: alerts.handledAt,
  note: alerts.note,
  version: alerts.version,
});
type Row = Omit<typeof alerts.$inferSelect, "details"> & { readonly details: Alert["details"] };

function toAlert({ livemode, snoozedUntil, firstSeenAt, lastSeenAt, handledAt, ...row }: Row): Alert {
  return {
    ...row,
    world: livemode ? "live" : "test",
    snoozedUntilMs: snoozedUntil?.getTime() ?? null,
    firstSeenMs: firstSeenAt.getTime(),
    lastSeenMs: lastSeenAt.getTime(),
    handledMs: handledAt?.getTime() ?? null,
  };
}
