import { err, ok, type Result } from "../../result.ts";
import { clip } from "../json-node.ts";
import { didYouMean } from "../nearest.ts";
import type { RuleSources } from "../sources.ts";
import { setAt } from "./edit-text.ts";
import { type EditRefusal, findDocument, withText } from "./find-rule.ts";

/** The condition that a file gives a name; null when it has none of that name, or there is no such file. */
export function findDefine(sources: RuleSources, file: string, name: string): unknown {
  const found = findDocument(sources, file);
  return found.ok && Object.hasOwn(found.value.define, name) ? found.value.define[name] : null;
}

/** Gives a condition a name in a file, or another condition to a name. */
export function setDefine(sources: RuleSources, file: string, name: string, condition: unknown): Result<RuleSources, EditRefusal> {
  const found = findDocument(sources, file);
  if (!found.ok) return found;
  return ok(withText(sources, found.value, setAt(found.value.file.text, ["define", name], condition)));
}

/** Takes a name away; rules that use it are faults of the draft until they are mended. */
export function removeDefine(sources: RuleSources, file: string, name: string): Result<RuleSources, EditRefusal> {
  const found = findDocument(sources, file);
  if (!found.ok) return found;
  const { define, file: text } = found.value;
  if (!Object.hasOwn(define, name))
    return err({ kind: "not_found", detail: `\`${clip(file)}\` defines no \`${clip(name)}\`${didYouMean(name, Object.keys(define))}` });
  return ok(withText(sources, found.value, setAt(text.text, ["define", name], undefined)));
}
