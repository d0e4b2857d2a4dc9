import { err, ok, type Result } from "../../core/result.ts";
import type { EvidenceFiles, EvidenceStore, StoredFile } from "../../ports/evidence.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { EVIDENCE_BUDGET_MS } from "./evidence-deps.ts";

const READ_BUDGET_MS = 30_000;

/** A file with its contents, decrypted as they are read. */
export async function readFile(
  deps: { readonly evidence: EvidenceStore; readonly files: EvidenceFiles },
  context: StaffContext,
  { transactionId, id }: { readonly transactionId: string; readonly id: string },
): Promise<Result<{ readonly file: StoredFile; readonly body: AsyncIterable<Uint8Array> }, StaffRefusal>> {
  if (!contextMay(context, "evidence.read")) return err({ kind: "not_allowed", verb: "evidence.read", role: context.role });
  const found = await deps.evidence.find({ transactionId, world: context.world }, EVIDENCE_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const file = found.value?.files.find((one) => one.id === id);
  if (file === undefined) return err({ kind: "not_found", detail: `no file \`${id}\` in the evidence of this transaction` });
  const body = await deps.files.read(file, READ_BUDGET_MS);
  if (!body.ok) return err({ kind: "unavailable", part: body.error.source });
  // The record names it, so it is not for the caller to mend.
  return body.value === null ? err({ kind: "unavailable", part: "r2" }) : ok({ file, body: body.value });
}
