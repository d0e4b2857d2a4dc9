import { entryOf, type JsonEntry, type JsonNode, type JsonObject } from "../rules/json-node.ts";
import type { FeatureDocument } from "./document.ts";

/** One feature of the file: what it says, and where in the text. */
export interface FeatureEntry {
  readonly name: string;
  readonly document: FeatureDocument;
  readonly entry: JsonEntry;
  readonly object: JsonObject;
}

/** The value of a key, or the feature itself where the key is not there: for faults. */
export function placeOf(feature: FeatureEntry, key: string): JsonNode {
  return entryOf(feature.object, key)?.value ?? feature.object;
}

/** Features another one reads, with the key that names each. */
export function readsOf({ document }: FeatureEntry): { readonly key: string; readonly name: string }[] {
  const reads: { key: string; name: string }[] = [];
  if (typeof document.default === "object") reads.push({ key: "default", name: document.default.feature });
  switch (document.op) {
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
    case "mod":
    case "abs":
      for (const term of [document.of].flat()) if (typeof term === "string") reads.push({ key: "of", name: term });
      break;
    case "compare":
      reads.push({ key: "left", name: document.left });
      break;
    case "differs":
      for (const name of document.of) reads.push({ key: "of", name });
      break;
    case "unusualCountry":
    case "emailDomain":
    case "disposableEmail":
      reads.push({ key: "of", name: document.of });
      break;
    default:
  }
  return reads;
}
