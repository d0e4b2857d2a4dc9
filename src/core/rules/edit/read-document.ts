import { findHazard } from "../json-hazard.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { SourceText } from "../sources.ts";

type Json = Readonly<Record<string, unknown>>;

/** A rule file read leniently, so that a draft with faults can still be edited. */
export interface LooseDocument {
  readonly file: SourceText;
  /** Prefixes its rules' ids; the file's own name without ending while it says none. */
  readonly name: string;
  readonly json: Json;
  /** Whatever stands in `rules`, in order; those that are no objects are empty ones. */
  readonly rules: readonly Json[];
  readonly whitelist: readonly Json[];
  readonly define: Json;
}

/** Reads a file's JSON; null when it is not an object or nests deeper than the language allows. Never throws. */
export function readDocument(file: SourceText): LooseDocument | null {
  const json = readObject(file.text);
  if (json === null) return null;
  const { name, rules, whitelist, define } = json;
  return {
    file,
    name: typeof name === "string" && name !== "" ? name : file.name.replace(/^.*\//, "").replace(/\.json$/, ""),
    json,
    rules: objectsOf(rules),
    whitelist: objectsOf(whitelist),
    define: isObject(define) ? define : {},
  };
}

/** A text as a JSON object, or null. Never throws. */
export function readObject(text: string): Json | null {
  if (text.length > DEFAULT_LIMITS.textLength || findHazard(text, DEFAULT_LIMITS.depth) !== null) return null;
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

const objectsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.map((one) => (isObject(one) ? one : {})) : []);

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
