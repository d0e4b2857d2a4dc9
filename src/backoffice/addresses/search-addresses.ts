import { err, ok, type Result } from "../../core/result.ts";
import type { AddressQuery, AddressRecord, AddressStore } from "../../ports/addresses.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";

const BUDGET_MS = 10_000;

/** One page of the addresses that events came from, highest risk first. */
export async function searchAddresses(
  deps: { readonly store: AddressStore },
  context: StaffContext,
  query: AddressQuery,
): Promise<Result<{ readonly addresses: readonly AddressRecord[]; readonly total: number }, StaffRefusal>> {
  if (!contextMay(context, "addresses.search")) return err({ kind: "not_allowed", verb: "addresses.search", role: context.role });
  const found = await deps.store.search(query, BUDGET_MS);
  return found.ok ? ok(found.value) : err({ kind: "unavailable", part: found.error.source });
}
