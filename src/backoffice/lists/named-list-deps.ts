import * as z from "zod";
import { Manifest } from "../../core/config/manifest.ts";
import { canonicalListEntry, ENTRY_FORM, MOST_LIST_ENTRIES, NamedListContent, type NamedListType } from "../../core/config/named-list.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ManifestRecord } from "../../ports/configuration.ts";
import type { NamedList, NamedListStore } from "../../ports/lists.ts";
import type { Delay, LiveDeps } from "../make-live.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";

export const NAMED_BUDGET_MS = 10_000;
/** Bad entries that one answer names. */
const MOST_FAULTS = 100;

export interface NamedListDeps extends StaffDeps, LiveDeps {
  readonly named: NamedListStore;
}
/** A list with its entries. */
export interface ReadList {
  readonly list: NamedList;
  readonly entries: readonly string[];
}
export type NamedListRefusal =
  /** Live rules read it. */
  | { readonly kind: "in_use"; readonly name: string }
  /** Lists go live beside rules, and there are none yet. */
  | { readonly kind: "nothing_live" }
  | Delay;

/** These are paths of their own. */
const RESERVED: ReadonlySet<string> = new Set(["feeds", "import"]);

export const ListName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, "must be a name of lower-case letters, digits and `_`")
  .refine((name) => !RESERVED.has(name), "`feeds` and `import` are no names of lists");

export const listTarget = (name: string) => ({ kind: "named_list", id: name, isPersonal: false }) as const;

export function versionedList({ version, type, description, entries, hash }: NamedList): Versioned {
  return { version, state: { type, description, entries, hash } };
}

export async function rereadList(deps: NamedListDeps, name: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.named.byName(name, NAMED_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedList(found.value)) : found;
}

/** What is live, and the list as it is: read in this order, so that a change between the two makes the change that follows stale. */
export async function readForChange(
  deps: NamedListDeps,
  name: string,
): Promise<
  Result<{ readonly record: ManifestRecord; readonly manifest: Manifest; readonly list: NamedList | null }, StaffRefusal | NamedListRefusal>
> {
  const latest = await deps.manifests.latest(NAMED_BUDGET_MS);
  if (!latest.ok) return err({ kind: "unavailable", part: latest.error.source });
  if (latest.value === null) return err({ kind: "nothing_live" });
  const found = await deps.named.byName(name, NAMED_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return ok({ record: latest.value, manifest: Manifest.parse(JSON.parse(latest.value.text)), list: found.value });
}

export async function readEntries(deps: Pick<LiveDeps, "manifests">, list: NamedList): Promise<Result<readonly string[], StaffRefusal>> {
  const content = await deps.manifests.content(list.hash, NAMED_BUDGET_MS);
  if (!content.ok) return err({ kind: "unavailable", part: content.error.source });
  if (content.value === null) return err({ kind: "not_found", detail: `the entries of \`${list.name}\` are not there` });
  return ok(NamedListContent.parse(JSON.parse(content.value)).entries);
}

/** Entries in canonical form, each once, in their order; a fault names the place of each that is not one of the type. */
export function canonicalEntries(type: NamedListType, given: readonly string[], path: string): Result<readonly string[], StaffRefusal> {
  const entries = new Set<string>();
  const faults: { code: string; path: string; message: string }[] = [];
  for (const [at, text] of given.entries()) {
    const entry = canonicalListEntry(type, text);
    if (entry !== null) entries.add(entry);
    else if (faults.length < MOST_FAULTS)
      faults.push({ code: "bad_entry", path: `${path}[${at}]`, message: `must be ${ENTRY_FORM[type]}` });
  }
  return faults.length > 0 ? err({ kind: "invalid", faults }) : ok([...entries]);
}

export function tooMany(count: number): Result<never, StaffRefusal> | null {
  if (count <= MOST_LIST_ENTRIES) return null;
  const message = `would have ${count} entries, more than ${MOST_LIST_ENTRIES}`;
  return err({ kind: "invalid", faults: [{ code: "too_many_entries", path: "entries", message }] });
}
