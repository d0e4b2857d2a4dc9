import * as z from "zod";
import { listsRead } from "../../core/config/lists-read.ts";
import { MOST_LIST_ENTRIES, NAMED_LIST_TYPES } from "../../core/config/named-list.ts";
import { err, ok } from "../../core/result.ts";
import { parseRuleset } from "../../core/rules/ruleset.ts";
import { canonicalEntries, ListName, NAMED_BUDGET_MS, readEntries } from "./named-list-deps.ts";
import { existing, namedListAction, typeOfList } from "./save-named-list.ts";

const Entries = z.array(z.string().max(512)).max(MOST_LIST_ENTRIES);
const Description = z.string().trim().max(500);
const Version = z.int().positive().optional();

export const NewListCall = z.strictObject({
  name: ListName,
  type: z.enum(NAMED_LIST_TYPES),
  description: Description.default(""),
  entries: Entries.default([]),
});
export const ListChangeCall = z.strictObject({ description: Description.optional(), entries: Entries, version: Version });
export const EntriesCall = z.strictObject({ add: Entries.default([]), remove: Entries.default([]), version: Version });
const Named = { name: ListName };

/** Makes a list that rules may name once it is there. */
export const createNamedList = namedListAction({
  action: "named_list.create",
  input: NewListCall,
  want: async (_, { type, description, entries }, { list }) => {
    if (list !== null) return err({ kind: "taken", detail: `there is a list \`${list.name}\` already` });
    const read = canonicalEntries(type, entries, "entries");
    return read.ok ? ok({ type, description, entries: read.value }) : read;
  },
});

/** Replaces the entries of a list; its type stays, since rules were checked with it. */
export const replaceNamedList = namedListAction({
  action: "named_list.replace",
  input: ListChangeCall.extend(Named),
  want: async (_, { name, description, entries }, before) => {
    const list = existing(before.list, name);
    if (!list.ok) return list;
    const type = typeOfList(list.value);
    const read = canonicalEntries(type, entries, "entries");
    return read.ok ? ok({ type, description: description ?? list.value.description, entries: read.value }) : read;
  },
});

/** Adds and takes away entries; what is there already, or is not, changes nothing. */
export const changeListEntries = namedListAction({
  action: "named_list.change",
  input: EntriesCall.extend(Named),
  want: async (deps, { name, add, remove }, before) => {
    const list = existing(before.list, name);
    if (!list.ok) return list;
    const type = typeOfList(list.value);
    const added = canonicalEntries(type, add, "add");
    const removed = canonicalEntries(type, remove, "remove");
    if (!added.ok) return added;
    if (!removed.ok) return removed;
    const held = await readEntries(deps, list.value);
    if (!held.ok) return held;
    const entries = new Set([...held.value, ...added.value]);
    for (const entry of removed.value) entries.delete(entry);
    return ok({ type, description: list.value.description, entries: [...entries] });
  },
});

/** Takes a list away that no live rule reads. */
export const dropNamedList = namedListAction({
  action: "named_list.drop",
  input: z.strictObject({ ...Named, version: Version }),
  want: async (deps, { name }, { list, manifest }) => {
    const found = existing(list, name);
    if (!found.ok) return found;
    const text = await deps.manifests.content(manifest.ruleset, NAMED_BUDGET_MS);
    if (!text.ok) return err({ kind: "unavailable", part: text.error.source });
    const ruleset = parseRuleset(text.value ?? "");
    return ruleset.ok && !listsRead(ruleset.value).has(name) ? ok(null) : err({ kind: "in_use", name });
  },
});
