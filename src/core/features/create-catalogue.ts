import type { EntityKind } from "../event/entity.ts";
import type { ColumnName, LogReads } from "../velocity/column-layout.ts";
import { columnsRead, type LogRole } from "../velocity/history-group.ts";
import type { FeatureCatalogue, FeatureSlot } from "./catalogue.ts";
import { type Declaration, type HistoryDeclaration, isKnownDestination } from "./declaration.ts";
import type { FeatureSource } from "./value.ts";

/** Gives every declaration its slot, in the order given, and works out what an evaluation must read. */
export function createCatalogue(declarations: readonly Declaration[], timeZone: string, currencyExponent: number): FeatureCatalogue {
  const slots: FeatureSlot[] = declarations.map((declaration, slot) => ({
    name: declaration.name,
    slot,
    type: declaration.type,
    source: sourceOf(declaration),
  }));
  const history = declarations.filter((declaration): declaration is HistoryDeclaration => declaration.kind === "history");
  const aggregates = history.filter((declaration) => declaration.source === "postgres" && !isKnownDestination(declaration));
  const roles = new Map<string, LogRole>();
  for (const { source, by, as } of history) if (source === "log" && as !== by[0]) roles.set(`${by[0]}>${as}`, { by: by[0], as });
  return {
    slots,
    byName: new Map(slots.map((slot) => [slot.name, slot])),
    declarations,
    aggregates,
    roles: [...roles.values()],
    logReads: logReadsOf(declarations),
    readsClient:
      declarations.some(({ kind }) => kind === "behaviour" || kind === "profile" || kind === "unusualCountry") ||
      history.some(isKnownDestination) ||
      aggregates.some(({ by }) => by[0] === "client"),
    readsDest: aggregates.some(({ by }) => by[0] === "dest"),
    timeZone,
    currencyExponent,
  };
}

function logReadsOf(declarations: readonly Declaration[]): LogReads {
  const reads = new Map<EntityKind, Set<ColumnName>>([["ip", new Set(["client"])]]);
  const add = (kind: EntityKind, names: readonly ColumnName[]): void => {
    reads.set(kind, new Set([...(reads.get(kind) ?? []), ...names]));
  };
  for (const declaration of declarations) {
    if (declaration.kind === "distance") add(declaration.by, ["position"]);
    if (declaration.kind === "history" && (declaration.source === "log" || isKnownDestination(declaration)))
      add(declaration.as, columnsRead(declaration));
  }
  return Object.fromEntries([...reads].map(([kind, names]) => [kind, [...names]]));
}

function sourceOf(declaration: Declaration): FeatureSource {
  switch (declaration.kind) {
    case "history":
      return declaration.source;
    case "distance":
      return "log";
    case "behaviour":
    case "unusualCountry":
      return "postgres";
    case "address":
      return declaration.measure === "riskScore" ? "store" : "lists";
    case "profile":
    case "store":
    case "service":
      return declaration.kind;
    case "field":
    case "calendar":
    case "device":
      return "event";
    case "arithmetic":
    case "compare":
    case "differs":
    case "email":
      return "derived";
  }
}
