import type { EventType } from "../event/event.ts";
import { report } from "../rules/check-context.ts";
import { parseDuration } from "../rules/literal.ts";
import type { DeclarationContext } from "./check-declaration.ts";
import { checkWhere } from "./check-where.ts";
import type { Aggregate, HistoryDeclaration } from "./declaration.ts";
import type { FeatureDocument } from "./document.ts";
import { type FeatureEntry, placeOf } from "./feature-entry.ts";
import type { FeatureType } from "./value.ts";

type History = Extract<FeatureDocument, { op: Aggregate }>;

const SHORTEST_MS = 1_000;
const LONGEST_MS = 30 * 86_400_000;
/** What a log of single records and sums cannot tell beyond its cap, and S1 asks Postgres for. */
const SQL_ONLY: ReadonlySet<Aggregate> = new Set(["std", "median", "quantile", "share"]);
const COUNTS_SELF: ReadonlySet<Aggregate> = new Set(["count", "sum", "velocity", "countDistinct", "crossDimensionCount"]);
const ANY_TIME: ReadonlySet<Aggregate> = new Set(["firstSeen", "lastSeen", "timeSince"]);
const OF_DESTINATION: ReadonlySet<Aggregate> = new Set(["count", "sum", "avg", "lastSeen", "timeSince"]);

/** Checks an aggregate over an entity's history: what its source cannot answer is refused here, so that no evaluation has to. */
export function checkHistory(feature: FeatureEntry, document: History, context: DeclarationContext): HistoryDeclaration | null {
  const { name } = feature;
  const source = document.source ?? "log";
  if (SQL_ONLY.has(document.op) && source === "log")
    return report(
      context.check,
      placeOf(feature, "op"),
      "wrong_source",
      `a log cannot answer \`${document.op}\`: declare \`"source": "postgres"\``,
    );
  const by = typeof document.by === "string" ? ([document.by] as const) : document.by;
  const events: readonly EventType[] = document.event === undefined ? [] : [document.event].flat();
  const unitMs = "unit" in document ? parseDuration(document.unit) : null;
  if (unitMs === 0) return report(context.check, placeOf(feature, "unit"), "out_of_range", "a unit is longer than nothing");
  const windowMs = checkWindow(feature, document, source === "postgres" && by.length === 2, context);
  if (windowMs === undefined) return null;
  const where = document.where === undefined ? null : checkWhere(placeOf(feature, "where"), source, context);
  if (where === undefined) return null;
  if (document.op === "share" && where === null)
    return report(context.check, feature.object, "missing_key", "`share` needs `where`: which events are the part");

  const declaration: HistoryDeclaration = {
    kind: "history",
    name,
    op: document.op,
    type: typeOf(document),
    source,
    events,
    where,
    by,
    as: document.as ?? by[0],
    of: "of" in document && document.of !== undefined ? document.of : readsAmount(document.op) ? "amount" : null,
    windowMs,
    self: document.self ?? COUNTS_SELF.has(document.op),
    threshold: document.op === "velocity" ? document.threshold : null,
    q: document.op === "quantile" ? document.q : null,
    unitMs,
    since: document.op === "timeSince" ? (document.since ?? "last") : null,
    default: null,
  };
  return source === "log" || isForPostgres(feature, declaration, context) ? declaration : null;
}

/** The window in milliseconds, null for all time, undefined after reporting. */
function checkWindow(
  feature: FeatureEntry,
  document: History,
  isDestination: boolean,
  context: DeclarationContext,
): number | null | undefined {
  if (document.window === undefined) {
    if (ANY_TIME.has(document.op) || isDestination) return null;
    report(context.check, feature.object, "missing_key", `\`${document.op}\` needs a \`window\` such as \`"24h"\``);
    return undefined;
  }
  const windowMs = parseDuration(document.window) ?? 0;
  if (windowMs >= SHORTEST_MS && windowMs <= LONGEST_MS) return windowMs;
  report(context.check, placeOf(feature, "window"), "out_of_range", `a window is from \`1s\` to \`30d\`, got \`${document.window}\``);
  return undefined;
}

/** Aggregates are cached by client and by destination, before the event is known: what depends on more of the event cannot be one. */
function isForPostgres(feature: FeatureEntry, declaration: HistoryDeclaration, context: DeclarationContext): boolean {
  const { op, by, as, events, where, windowMs, self } = declaration;
  const refuse = (key: string, sentence: string): boolean =>
    report(context.check, placeOf(feature, key), "wrong_source", sentence) !== null;
  if (by[0] !== "client" && by[0] !== "dest") return refuse("by", `Postgres aggregates are kept for client and dest, not for \`${by[0]}\``);
  if (by.length === 2) {
    const isKnown = by[0] === "client" && by[1] === "dest" && as === "client" && events.length === 1 && events[0] === "transaction";
    if (!isKnown || where !== null || windowMs !== null || self || !OF_DESTINATION.has(op) || declaration.since === "first")
      return refuse(
        "by",
        "the one pair Postgres serves is `client` with `dest`: transactions of all time without `window` or `where`, `self` false, by count, sum, avg, lastSeen or timeSince the last",
      );
    return true;
  }
  if (self && op !== "count" && op !== "sum")
    return refuse("self", `what Postgres computed cannot take in the event being decided for \`${op}\`: declare \`"self": false\``);
  if (
    self &&
    where !== null &&
    checkWhere(placeOf(feature, "where"), "log", { ...context, check: { ...context.check, faults: [] } }) === undefined
  )
    return refuse("self", 'this `where` cannot be asked of the event being decided: declare `"self": false`');
  return true;
}

function readsAmount(op: Aggregate): boolean {
  return op === "sum" || op === "avg" || op === "max" || op === "min" || op === "std" || op === "median" || op === "quantile";
}

function typeOf(document: History): FeatureType {
  switch (document.op) {
    case "count":
    case "countDistinct":
    case "crossDimensionCount":
      return "count";
    case "firstSeen":
    case "lastSeen":
      return "time";
    case "timeSince":
      return document.type ?? "ratio";
    case "velocity":
      return "boolean";
    case "share":
      return "ratio";
    default:
      return "money";
  }
}
