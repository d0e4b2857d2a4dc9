import { contentHash, Manifest } from "../../core/config/manifest.ts";
import { canonicalListEntry, ENTRY_FORM } from "../../core/config/named-list.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { NamedList } from "../../ports/lists.ts";
import { NAMED_BUDGET_MS, type NamedListDeps, type NamedListRefusal, readEntries, tooMany } from "../lists/named-list-deps.ts";
import { existing, typeOfList } from "../lists/save-named-list.ts";
import { type PlannedVersion, planVersion } from "../make-live.ts";
import type { StaffRefusal } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import type { Listing } from "./listed-values.ts";

/** The version that holds the lists with what was added, and the lists as they are then. */
export interface ExtendedLists {
  readonly version: PlannedVersion;
  readonly lists: readonly NamedList[];
}

/** Plans the next version with values added to named lists; null when all of them are listed already, or there are none. Writes nothing. */
export async function extendNamedLists(
  deps: NamedListDeps,
  named: Listing["named"],
  context: StaffContext,
  message: string,
): Promise<Result<ExtendedLists | null, StaffRefusal | NamedListRefusal>> {
  if (named.size === 0) return ok(null);
  const latest = await deps.manifests.latest(NAMED_BUDGET_MS);
  if (!latest.ok) return err({ kind: "unavailable", part: latest.error.source });
  if (latest.value === null) return err({ kind: "nothing_live" });
  const extended: (NamedList & { readonly text: string })[] = [];
  for (const [name, values] of named) {
    const list = await extendList(deps, name, values, context);
    if (!list.ok) return list;
    if (list.value !== null) extended.push(list.value);
  }
  if (extended.length === 0) return ok(null);
  const { lists } = Manifest.parse(JSON.parse(latest.value.text));
  const changed = Object.fromEntries(extended.map((list) => [list.name, { type: typeOfList(list), hash: list.hash }]));
  const contents = extended.map(({ hash, text }) => ({ hash, kind: "list" as const, text }));
  const author = context.actor.name ?? context.actor.id;
  const version = await planVersion(latest.value, { lists: { ...lists, ...changed }, contents }, { kind: "list", author, message });
  return ok({ version, lists: extended.map(({ text: _, ...list }) => list) });
}

async function extendList(
  deps: NamedListDeps,
  name: string,
  values: readonly { readonly value: string; readonly path: string }[],
  context: StaffContext,
): Promise<Result<(NamedList & { readonly text: string }) | null, StaffRefusal | NamedListRefusal>> {
  const read = await deps.named.byName(name, NAMED_BUDGET_MS);
  if (!read.ok) return err({ kind: "unavailable", part: read.error.source });
  const found = existing(read.value, name);
  if (!found.ok) return found;
  const list = found.value;
  const type = typeOfList(list);
  const held = await readEntries(deps, list);
  if (!held.ok) return held;
  const entries = new Set(held.value);
  for (const { value, path } of values) {
    const entry = canonicalListEntry(type, value);
    if (entry === null)
      return err({
        kind: "invalid",
        faults: [{ code: "bad_entry", path, message: `\`${name}\` holds ${ENTRY_FORM[type]} as each entry` }],
      });
    entries.add(entry);
  }
  const many = tooMany(entries.size);
  if (many !== null) return many;
  if (entries.size === held.value.length) return ok(null);
  const text = JSON.stringify({ type, entries: [...entries] });
  const changes = { hash: await contentHash(text), entries: entries.size, version: list.version + 1 };
  return ok({ ...list, ...changes, updatedAtMs: context.nowMs, updatedBy: context.actor.id, text });
}
