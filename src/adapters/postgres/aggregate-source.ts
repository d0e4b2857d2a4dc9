import { fillPlaceholders } from "drizzle-orm";
import type { ClientAggregates, EntityAggregates } from "../../core/features/aggregates.ts";
import type { Declaration, HistoryDeclaration } from "../../core/features/declaration.ts";
import type { FeatureValue } from "../../core/features/value.ts";
import type { AggregateRequest, AggregateSource } from "../../ports/aggregates.ts";
import { type AggregatePlan, planAggregates } from "./aggregate-plan.ts";
import { historyValue } from "./compile-history.ts";
import { ask, type Database } from "./database.ts";
import { LISTED_DESTINATIONS } from "./destinations.ts";
import { requestValues } from "./request-values.ts";

export interface AggregateOptions {
  readonly livemode: boolean;
  /** The service's zone: `hour` and `weekday` in `where` are on its wall clock. */
  readonly timeZone: string;
}
type Results = Readonly<Record<string, number | null>>;
type Destination = readonly [id: string, attempts: number, totalMinor: number, lastMs: number];
/** The statement's one row. */
interface AggregateRow {
  readonly [scan: `g${number}`]: Results | null;
  readonly heavy: (Results & { readonly refreshed_ms: number }) | null;
  readonly destinations: readonly Destination[] | null;
  readonly asked_destination: readonly [attempts: number, totalMinor: number, lastMs: number | null] | null;
  readonly profile: ClientAggregates["profile"];
  readonly behaviour: ClientAggregates["behaviour"];
  /** Not there when no feature asks. */
  readonly countries?: readonly (readonly [country: string, firstMs: number, lastMs: number])[];
}

/**
 * Answers every aggregate a feature file asks of Postgres in one round trip (S1.8). Compiled here, once; throws on a declaration SQL cannot answer.
 * A heavy client's 30-day statistics and destinations come from the views while they are fresh: `asOfMs` then is the time of their refresh.
 */
export function createAggregateSource(
  database: Database,
  declarations: readonly Declaration[],
  { livemode, timeZone }: AggregateOptions,
): AggregateSource {
  const plan = planAggregates(declarations, timeZone);
  return {
    aggregate: (request) =>
      ask(database, request.budgetMs, async (session) => {
        const params = fillPlaceholders(plan.params, requestValues(request, livemode, plan.windows));
        // Straight to the driver: the statement is compiled already.
        const rows = (await session.$client.query(plan.text, params)) as unknown as readonly AggregateRow[];
        const row = rows[0];
        if (row === undefined) throw new Error("the aggregate statement gave no row");
        return { client: clientOf(plan, request, row), dest: destOf(plan, request, row) };
      }),
  };
}

function clientOf(plan: AggregatePlan, request: AggregateRequest, row: AggregateRow): ClientAggregates | null {
  if (request.client === null) return null;
  const { heavy } = row;
  const asOfMs = heavy?.refreshed_ms ?? request.asOfMs;
  const viewed = heavy === null ? [] : named(plan.fromView, heavy, asOfMs);
  const listed = row.destinations ?? [];
  const destsComplete = listed.length <= LISTED_DESTINATIONS;
  const dests = new Map(listed.slice(0, LISTED_DESTINATIONS).map(([id, count, totalMinor, lastMs]) => [id, { count, totalMinor, lastMs }]));
  if (request.dest !== null && row.asked_destination !== null) {
    const [count, totalMinor, lastMs] = row.asked_destination;
    // Silence would not tell a new destination from one an incomplete list leaves out.
    dests.set(request.dest, { count, totalMinor, lastMs: lastMs ?? 0 });
  }
  return {
    asOfMs,
    values: Object.fromEntries([...scanned(plan, "client", request.asOfMs, row), ...viewed]),
    dests: Object.fromEntries(dests),
    destsComplete,
    profile: row.profile,
    behaviour: row.behaviour,
    ...(row.countries === undefined
      ? {}
      : { countries: row.countries.map(([country, firstMs, lastMs]) => ({ country, firstMs, lastMs })) }),
  };
}

function destOf(plan: AggregatePlan, request: AggregateRequest, row: AggregateRow): EntityAggregates | null {
  if (request.dest === null) return null;
  return { asOfMs: request.asOfMs, values: Object.fromEntries(scanned(plan, "dest", request.asOfMs, row)) };
}

type Named = readonly [name: string, value: FeatureValue];

const scanned = (plan: AggregatePlan, entity: "client" | "dest", asOfMs: number, row: AggregateRow): Named[] =>
  plan.scans.flatMap((scan, i) => (scan.entity === entity ? named(scan.declarations, row[`g${i}`] ?? {}, asOfMs) : []));

const named = (declarations: readonly HistoryDeclaration[], results: Results, asOfMs: number): Named[] =>
  declarations.map((declaration, i) => [declaration.name, historyValue(declaration, results[`v${i}`] ?? null, asOfMs)]);
