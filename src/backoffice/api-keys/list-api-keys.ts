import type { ManagedKey } from "../../core/access/managed-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { KeyStore } from "../../ports/access.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { KEY_BUDGET_MS } from "./key-deps.ts";

/** All keys, newest first, revoked and expired ones too. */
export async function listApiKeys(
  deps: { readonly keys: KeyStore },
  context: StaffContext,
): Promise<Result<readonly ManagedKey[], StaffRefusal>> {
  if (!contextMay(context, "keys.read")) return err({ kind: "not_allowed", verb: "keys.read", role: context.role });
  const listed = await deps.keys.list(KEY_BUDGET_MS);
  return listed.ok ? ok(listed.value) : err({ kind: "unavailable", part: listed.error.source });
}
