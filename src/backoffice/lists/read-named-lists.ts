import { err, ok, type Result } from "../../core/result.ts";
import type { NamedList } from "../../ports/lists.ts";
import type { LiveDeps } from "../make-live.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { NAMED_BUDGET_MS, type NamedListDeps, type ReadList, readEntries } from "./named-list-deps.ts";

type Deps = Pick<NamedListDeps, "named"> & Pick<LiveDeps, "manifests">;

/** All named lists, without their entries. */
export async function listNamedLists(deps: Deps, context: StaffContext): Promise<Result<readonly NamedList[], StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const found = await deps.named.list(NAMED_BUDGET_MS);
  return found.ok ? ok(found.value) : err({ kind: "unavailable", part: found.error.source });
}

/** One named list with its entries. */
export async function readNamedList(deps: Deps, context: StaffContext, name: string): Promise<Result<ReadList, StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const found = await deps.named.byName(name, NAMED_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  if (found.value === null) return err({ kind: "not_found", detail: `there is no list \`${name}\`` });
  const entries = await readEntries(deps, found.value);
  return entries.ok ? ok({ list: found.value, entries: entries.value }) : entries;
}
