import { err, ok, type Result } from "../../result.ts";
import { jsonEquals } from "../diff-json.ts";
import { didYouMean } from "../nearest.ts";
import type { RuleSources } from "../sources.ts";
import { appendAt, reorderAt, setAt } from "./edit-text.ts";
import { type EditRefusal, type FoundRule, findDocument, findRule, withText } from "./find-rule.ts";

type Json = Readonly<Record<string, unknown>>;
type Edited = Result<{ readonly sources: RuleSources; readonly id: string }, EditRefusal>;

/** Adds a rule at the end of a file; its id must be new there. */
export function addRule(sources: RuleSources, file: string, rule: Json & { readonly id: string }): Edited {
  const found = findDocument(sources, file);
  if (!found.ok) return found;
  const document = found.value;
  const id = `${document.name}/${rule.id}`;
  if (document.rules.some((one) => one.id === rule.id)) return err({ kind: "taken", detail: `there already is a rule \`${id}\`` });
  return ok({ sources: withText(sources, document, appendAt(document.file.text, ["rules"], rule)), id });
}

/** Writes the fields of a rule that differ; the others keep their formatting and their place. */
export function changeRule(sources: RuleSources, { document, index, rule, id }: FoundRule, next: Json): Edited {
  if (next.id !== rule.id) {
    const message = `the id of \`${id}\` stays: make another rule and delete this one`;
    return err({ kind: "invalid", faults: [{ code: "id_changed", path: "rule.id", message }] });
  }
  let { text } = document.file;
  for (const field of new Set([...Object.keys(rule), ...Object.keys(next)]))
    if (!jsonEquals(rule[field], next[field])) text = setAt(text, ["rules", index, field], next[field]);
  return ok({ sources: withText(sources, document, text), id });
}

/** Takes a rule out of its file. */
export function removeRule(sources: RuleSources, { document, index, id }: FoundRule): Edited {
  return ok({ sources: withText(sources, document, setAt(document.file.text, ["rules", index], undefined)), id });
}

/** Puts the rules of a file into another order, which names each of them once, by their own ids or full ones. */
export function reorderRules(sources: RuleSources, file: string, ids: readonly string[]): Edited {
  const found = findDocument(sources, file);
  if (!found.ok) return found;
  const document = found.value;
  const known = document.rules.map(({ id }) => String(id));
  const order = ids.map((id) => known.indexOf(id.startsWith(`${document.name}/`) ? id.slice(document.name.length + 1) : id));
  const faults = ids.flatMap((id, at) => {
    const path = `ids[${at}]`;
    const place = order[at] ?? -1;
    if (place === -1) return [{ code: "unknown_rule", path, message: `unknown rule \`${id}\`${didYouMean(id, known)}` }];
    return order.indexOf(place) < at ? [{ code: "duplicate_id", path, message: `\`${id}\` stands twice` }] : [];
  });
  const left = known.filter((_, place) => !order.includes(place));
  if (left.length > 0)
    faults.push({ code: "missing_rule", path: "ids", message: `must name every rule of the file: \`${left.join("`, `")}\` is missing` });
  if (faults.length > 0) return err({ kind: "invalid", faults });
  return ok({ sources: withText(sources, document, reorderAt(document.file.text, ["rules"], order)), id: document.name });
}

/** Turns a rule off; null when these sources have no such rule to turn off, or a file that may hold it cannot be read. */
export function switchOff(sources: RuleSources, id: string): RuleSources | null {
  const found = findRule(sources, id);
  if (!found.ok) return null;
  const { document, index } = found.value;
  return withText(sources, document, setAt(document.file.text, ["rules", index, "mode"], "off"));
}
