import type { FeatureType } from "../features/value.ts";
import type { Fault } from "./fault.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { createLocator, type Position } from "./locate.ts";

/** What a deployment knows that a document does not say. */
export interface CheckOptions {
  /** Decimals of the currency's minor unit: money literals are major units in JSON, minor units inside. Default 2. */
  readonly currencyExponent?: number;
  /** Named lists `inList` may read, with the type of their values. */
  readonly lists?: ReadonlyMap<string, { readonly type: FeatureType }>;
  readonly limits?: Partial<Limits>;
}

/** Carried through the checking of one text: collects its faults. */
export interface CheckContext {
  readonly faults: Fault[];
  /** The file's name in faults, or null when there is only one text. */
  readonly file: string | null;
  readonly locate: (offset: number) => Position;
  readonly currencyExponent: number;
  readonly lists: ReadonlyMap<string, { readonly type: FeatureType }>;
  readonly limits: Limits;
  /** Named conditions that may be used as boolean features. */
  readonly defines: ReadonlySet<string>;
}

/** A context for one text; `defines` is empty unless given. */
export function createCheckContext(text: string, options: CheckOptions = {}, file: string | null = null): CheckContext {
  return {
    faults: [],
    file,
    locate: createLocator(text),
    currencyExponent: options.currencyExponent ?? 2,
    lists: options.lists ?? new Map(),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    defines: new Set(),
  };
}

/** Adds a fault at a place in the text. Returns null, so that a checker can `return report(…)`. */
export function report(context: CheckContext, at: { readonly path: string; readonly offset: number }, code: string, message: string): null {
  // A hostile text can hold a million faults; a reader wants the first few.
  if (context.faults.length >= context.limits.faults) return null;
  const file = context.file === null ? {} : { file: context.file };
  context.faults.push({ code, ...file, path: at.path, message, ...context.locate(at.offset) });
  return null;
}

/** Whether the fault list is full, so that nothing dear (a nearest name) need be worked out. */
export function isFull(context: CheckContext): boolean {
  return context.faults.length >= context.limits.faults;
}
