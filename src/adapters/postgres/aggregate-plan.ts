import { type SQL, sql } from "drizzle-orm";
import type { EntityKind } from "../../core/event/entity.ts";
import { type Declaration, type HistoryDeclaration, isKnownDestination } from "../../core/features/declaration.ts";
import { countryList } from "./client-countries.ts";
import { compileHistory } from "./compile-history.ts";
import { dialect } from "./database.ts";
import { askedDestination, destinationList } from "./destinations.ts";
import { DIMENSION_COLUMNS } from "./event-rows.ts";
import { request, windowStart } from "./request-values.ts";
import { behavioralPatterns, userProfiles } from "./schema/clients.ts";
import { events } from "./schema/events.ts";
import { heavyRow, viewColumn } from "./statistics-view.ts";

/** The statement of D5, compiled once per feature file, and how to read its one row. */
export interface AggregatePlan {
  readonly text: string;
  /** Values and placeholders in the statement's order. */
  readonly params: unknown[];
  readonly windows: readonly number[];
  /** Scans of `events`, each a column `g0`, `g1`, … of the row. */
  readonly scans: readonly Scan[];
  /** What the view answers for heavy clients, in the order of the columns `v0`, `v1`, … of `heavy`. */
  readonly fromView: readonly HistoryDeclaration[];
}
/** Declarations that one pass over one entity's events answers. */
interface Scan {
  readonly entity: "client" | "dest";
  readonly as: EntityKind;
  /** Start of the longest window; null reads all time. */
  readonly longestMs: number | null;
  /** Not run for a heavy client while the view is fresh. */
  readonly isInView: boolean;
  readonly declarations: HistoryDeclaration[];
}

/** Compiles what a feature file asks of Postgres. Throws on a `where` that SQL cannot answer; known destinations come with the list and need nothing here. */
export function planAggregates(declarations: readonly Declaration[], timeZone: string): AggregatePlan {
  const asksPostgres = declarations.filter(
    (d): d is HistoryDeclaration => d.kind === "history" && d.source === "postgres" && !isKnownDestination(d),
  );
  const scans = groupScans(asksPostgres);
  const fromView = asksPostgres.filter((declaration) => viewColumn(declaration) !== null);
  const heavy = heavyRow(
    { ...request, timeZone },
    fromView.map((declaration) => viewColumn(declaration) ?? sql`null`),
  );
  const columns = scans.map((scan, i) => sql`(select to_jsonb(s) from (${scanOf(scan, timeZone)}) s) as ${sql.identifier(`g${i}`)}`);
  const statement = sql`
    with heavy as materialized (${heavy}), destination as materialized (${destinationList})
    select ${sql.join(
      [
        ...columns,
        sql`(select to_jsonb(heavy) from heavy) as heavy`,
        sql`(select jsonb_agg(jsonb_build_array(dest_id, attempts, total_minor, last_ms) order by last_ms desc, dest_id) from destination) as destinations`,
        sql`(select jsonb_build_array(attempts, total_minor, last_ms) from (${askedDestination}) d) as asked_destination`,
        sql`(select ${userProfiles.attributes} from ${userProfiles} where ${userProfiles.clientId} = ${request.client} and ${userProfiles.livemode} = ${request.livemode}) as profile`,
        sql`(select jsonb_strip_nulls(to_jsonb(${behavioralPatterns}) - '{livemode,client_id,last_updated}'::text[]) from ${behavioralPatterns}
        where ${behavioralPatterns.clientId} = ${request.client} and ${behavioralPatterns.livemode} = ${request.livemode}) as behaviour`,
        ...(declarations.some(({ kind }) => kind === "unusualCountry") ? [sql`(${countryList}) as countries`] : []),
      ],
      sql`, `,
    )}`;
  const { sql: text, params } = dialect.sqlToQuery(statement);
  const windows = new Set(asksPostgres.map(({ windowMs }) => windowMs).filter((windowMs) => windowMs !== null));
  return { text, params, windows: [...windows], scans, fromView };
}

/** One pass per entity, role and kind of bound: what reads all time must not drag the 30-day statistics through it. */
function groupScans(declarations: readonly HistoryDeclaration[]): Scan[] {
  const scans = new Map<string, Scan>();
  for (const declaration of declarations) {
    const { by, as, windowMs, name } = declaration;
    const entity = by[0];
    if (entity !== "client" && entity !== "dest") throw new Error(`Postgres keeps aggregates by client and dest only: \`${name}\``);
    const isInView = viewColumn(declaration) !== null;
    const key = `${entity} ${as} ${windowMs === null} ${isInView}`;
    const before = scans.get(key);
    const longestMs = windowMs === null ? null : Math.max(windowMs, before?.longestMs ?? 0);
    scans.set(key, { entity, as, isInView, longestMs, declarations: [...(before?.declarations ?? []), declaration] });
  }
  return [...scans.values()];
}

function scanOf({ entity, as, longestMs, isInView, declarations }: Scan, timeZone: string): SQL {
  const values = declarations.map((declaration, i) => {
    const from = declaration.windowMs === null ? null : windowStart(declaration.windowMs);
    return sql`${compileHistory(declaration, from, timeZone)} as ${sql.identifier(`v${i}`)}`;
  });
  const conditions = [
    sql`${DIMENSION_COLUMNS[as]} = ${request[entity]}`,
    sql`${events.livemode} = ${request.livemode}`,
    sql`${events.occurredAt} <= ${request.asOf}`,
    sql`${events.id} <> ${request.exceptId}`,
    ...(longestMs === null ? [] : [sql`${events.occurredAt} > ${windowStart(longestMs)}`]),
    // As a count it is known before the scan begins, so Postgres skips the scan as a whole.
    ...(isInView ? [sql`(select count(*) from heavy) = 0`] : []),
  ];
  return sql`select ${sql.join(values, sql`, `)} from ${events} where ${sql.join(conditions, sql` and `)}`;
}
