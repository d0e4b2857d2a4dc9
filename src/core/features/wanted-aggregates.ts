import type { CanonicalEvent } from "../event/event.ts";
import type { ClientAggregates, EntityAggregates } from "./aggregates.ts";
import type { FeatureCatalogue } from "./catalogue.ts";
import { isKnownDestination } from "./declaration.ts";
import { listedDestination } from "./destination-step.ts";

/**
 * Which entities of an event Postgres must be asked about before deciding, given what was cached (null: nothing): those without cached aggregates,
 * those whose cached ones are older than a declaration, and a client whose incomplete list of destinations does not tell about this one.
 */
export function wantedAggregates(
  catalogue: FeatureCatalogue,
  event: CanonicalEvent,
  cached: { readonly client: ClientAggregates | null; readonly dest: EntityAggregates | null },
): { readonly client: boolean; readonly dest: boolean } {
  const { client, dest } = event.dimensions;
  const lacks = (entity: "client" | "dest", aggregates: EntityAggregates): boolean =>
    catalogue.aggregates.some(({ by, name }) => by[0] === entity && !Object.hasOwn(aggregates.values, name));
  const isUnsure = (aggregates: ClientAggregates): boolean =>
    dest !== undefined &&
    listedDestination(aggregates, dest) === undefined &&
    catalogue.declarations.some((declaration) => declaration.kind === "history" && isKnownDestination(declaration));
  const lacksCountries = (aggregates: ClientAggregates): boolean =>
    aggregates.countries === undefined && catalogue.declarations.some(({ kind }) => kind === "unusualCountry");
  return {
    client:
      catalogue.readsClient &&
      client !== undefined &&
      (cached.client === null || lacks("client", cached.client) || isUnsure(cached.client) || lacksCountries(cached.client)),
    dest: catalogue.readsDest && dest !== undefined && (cached.dest === null || lacks("dest", cached.dest)),
  };
}
