import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { Disputed, StoredFile } from "../../ports/evidence.ts";
import { staffAction, type Versioned } from "../staff-action.ts";
import { EVIDENCE_BUDGET_MS, type EvidenceDeps, evidenceTarget } from "./evidence-deps.ts";

export const FileRemoval = z.strictObject({ transaction_id: z.string().min(1).max(128), id: z.string().min(1).max(100) });

/** Takes a file out of the evidence. Its bytes stay, unread, until the record's time is over: what a bank was sent can be shown again. */
export const removeFile = staffAction<EvidenceDeps, z.infer<typeof FileRemoval>, void>({
  verb: "evidence.write",
  action: "evidence.remove_file",
  input: FileRemoval,
  plan: async (deps, { transaction_id, id }, { world, nowMs, actor }) => {
    const of = { transactionId: transaction_id, world };
    const found = await findFile(deps, of, id);
    if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
    if (found.value === null) return err({ kind: "not_found", detail: `no file \`${id}\` in the evidence of this transaction` });
    const file = found.value;
    return ok({
      change: deps.evidence.removingFile(file, actor.id, nowMs),
      target: evidenceTarget(transaction_id),
      current: versioned(file),
      after: null,
      reread: async () => {
        const now = await findFile(deps, of, id);
        return now.ok ? ok(now.value === null ? null : versioned(now.value)) : now;
      },
      output: undefined,
    });
  },
});

async function findFile({ evidence }: EvidenceDeps, of: Disputed, id: string) {
  const found = await evidence.find(of, EVIDENCE_BUDGET_MS);
  return found.ok ? ok(found.value?.files.find((file) => file.id === id) ?? null) : found;
}

const versioned = ({ id, sha256, kind, version }: StoredFile): Versioned => ({ version, state: { file: id, kind, sha256 } });
