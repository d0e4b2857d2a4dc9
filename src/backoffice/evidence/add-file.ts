import * as z from "zod";
import { Text } from "../../core/event/fields.ts";
import { formatPath } from "../../core/event/lenient.ts";
import { isStorable } from "../../core/event/unstorable-text.ts";
import {
  CONTENT_TYPES,
  ContentType,
  type EvidenceFile,
  FILE_KINDS,
  FileName,
  MOST_FILE_BYTES,
  MOST_FILES,
} from "../../core/evidence/evidence-file.ts";
import type { FileFault } from "../../core/evidence/inspect-file.ts";
import { findCardNumbers } from "../../core/privacy/find-card-numbers.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { StoredFile } from "../../ports/evidence.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { EVIDENCE_BUDGET_MS, type EvidenceFileDeps, evidenceTarget, findKnown, type Known } from "./evidence-deps.ts";

/** 25 MiB over a slow line. */
const UPLOAD_BUDGET_MS = 300_000;

export const FileCall = z.strictObject({
  transaction_id: z.string().min(1).max(128),
  name: FileName,
  kind: z.enum(FILE_KINDS).default("document"),
  note: Text.optional(),
});
/** What a request's head says of its body; null when it does not say. */
export interface FileHead {
  readonly contentType: string | null;
  readonly sizeBytes: number | null;
}
export type UploadRefusal =
  | StaffRefusal
  | { readonly kind: "no_length" }
  | { readonly kind: "too_large"; readonly mostBytes: number }
  | { readonly kind: "content_type"; readonly allowed: readonly string[] }
  | { readonly kind: "too_many"; readonly most: number }
  | { readonly kind: "file_refused"; readonly fault: FileFault };

interface Upload {
  readonly known: Known;
  readonly file: StoredFile;
}
const keepFile = staffAction<EvidenceFileDeps, Upload, EvidenceFile>({
  verb: "evidence.write",
  action: "evidence.add_file",
  // Made by `addFile` alone, from a call that was parsed there.
  input: z.custom<Upload>(),
  plan: async (deps, { known: { of, clientId }, file }, { nowMs }) =>
    ok({
      change: deps.evidence.addingFile(of, clientId, file, nowMs),
      target: evidenceTarget(of.transactionId),
      current: null,
      after: { file: file.id, kind: file.kind, content_type: file.content_type, size_bytes: file.size_bytes, sha256: file.sha256 },
      personal: { name: file.name, note: file.note },
      reread: async () => ok(null),
      output: presentFile(file),
    }),
});

/**
 * Takes a file while it arrives: encrypted and stored first, then named in the record, so a broken-off upload leaves nothing. The same contents under the
 * same name are the file that is there.
 */
export async function addFile(
  deps: EvidenceFileDeps,
  context: StaffContext,
  input: unknown,
  head: FileHead,
  body: AsyncIterable<Uint8Array>,
): Promise<Result<EvidenceFile, UploadRefusal>> {
  if (!contextMay(context, "evidence.write")) return err({ kind: "not_allowed", verb: "evidence.write", role: context.role });
  const parsed = FileCall.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
    return err({ kind: "invalid", faults });
  }
  const { transaction_id, name, kind, note } = parsed.data;
  if (!isStorable(name))
    return err({ kind: "invalid", faults: [{ code: "unstorable_text", path: "name", message: "must be well-formed text" }] });
  const cardNumbers = findCardNumbers({ name, note });
  if (cardNumbers.length > 0) return err({ kind: "invalid", faults: cardNumbers });
  const contentType = ContentType.safeParse((head.contentType ?? "").split(";")[0]?.trim().toLowerCase());
  if (!contentType.success) return err({ kind: "content_type", allowed: Object.keys(CONTENT_TYPES) });
  if (head.sizeBytes === null) return err({ kind: "no_length" });
  if (head.sizeBytes > MOST_FILE_BYTES) return err({ kind: "too_large", mostBytes: MOST_FILE_BYTES });
  if (head.sizeBytes === 0) return err({ kind: "file_refused", fault: "too_short" });
  const found = await findKnown(deps, transaction_id, context.world);
  if (!found.ok) return found;
  const known = found.value;
  if ((known.record?.files.length ?? 0) >= MOST_FILES) return err({ kind: "too_many", most: MOST_FILES });

  const id = deps.newId();
  const objectKey = `evidence/${context.world}/${id}`;
  const begun = await deps.evidence.beginUpload(objectKey, context.nowMs, EVIDENCE_BUDGET_MS);
  if (!begun.ok) return err({ kind: "unavailable", part: begun.error.source });
  const incoming = { id, objectKey, contentType: contentType.data, sizeBytes: head.sizeBytes, body };
  const stored = await deps.files.put(incoming, UPLOAD_BUDGET_MS);
  if (!stored.ok) {
    if (stored.error.source === "body") {
      // Nothing was stored, so nothing is left to delete; the sweep forgets what this cannot.
      await deps.evidence.forgetUploads([objectKey], EVIDENCE_BUDGET_MS);
      return err({ kind: "file_refused", fault: stored.error.reason });
    }
    return err({ kind: "unavailable", part: stored.error.source });
  }
  const { sha256, secret } = stored.value;
  const same = known.record?.files.find((file) => file.sha256 === sha256 && file.name === name && file.kind === kind);
  // Its copy is left to the sweep.
  if (same !== undefined) return ok(presentFile(same));
  const about = { id, kind, name, content_type: contentType.data, size_bytes: head.sizeBytes, sha256, note: note ?? null, version: 1 };
  const file = { ...about, added_at: new Date(context.nowMs).toISOString(), added_by: context.actor.id, objectKey, secret };
  return keepFile(deps, context, { known, file });
}

/** A file as staff see it: neither its key nor where it is. */
export function presentFile({ objectKey: _, secret: __, ...file }: StoredFile): EvidenceFile {
  return file;
}
