import type { Verb } from "../access/permission.ts";

/** What a call is for. A decision outranks an event, an event a read, a read an export; a call to an open route competes with its like only. */
export type LimitClass = "open" | "decision" | "event" | "read" | "export";

/** How much of a limit is open to a class, in percent: the rest is kept for those above it. */
const PERCENT: Readonly<Record<LimitClass, number>> = { open: 100, decision: 100, event: 95, read: 90, export: 80 };

/** The verbs by which a program tells what happened. */
const EVENTS: ReadonlySet<Verb> = new Set(["events.append", "decisions.label", "profiles.write", "features.write"]);

/** The class of a route's verb; one that ends in `.export` hands out many records at once. Null: an open route. */
export function classOfVerb(verb: Verb | null): LimitClass {
  if (verb === null) return "open";
  if (verb === "decide" || verb === "decide.dry-run") return "decision";
  if (EVENTS.has(verb)) return "event";
  return verb.endsWith(".export") ? "export" : "read";
}

/** The calls a minute that a class may bring a limit to, rounded up, so that a small limit is one for all. */
export function quotaOf(perMinute: number, limitClass: LimitClass): number {
  return Math.ceil((perMinute * PERCENT[limitClass]) / 100);
}

/** Whether a call passes while nobody can say how many there were: all but exports, which cost the most and can wait. */
export function passesUncounted(limitClass: LimitClass): boolean {
  return limitClass !== "export";
}
