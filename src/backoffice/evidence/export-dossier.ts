import { err, ok, type Result } from "../../core/result.ts";
import { digestHex } from "../../core/secrecy/digest-hex.ts";
import type { Archiver, DossierPrinter, EvidenceFiles, EvidenceStore, StoredFile } from "../../ports/evidence.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { readDossier } from "./read-dossier.ts";

const READ_BUDGET_MS = 30_000;

export interface ExportDeps {
  readonly evidence: EvidenceStore;
  readonly files: EvidenceFiles;
  readonly printer: DossierPrinter;
  readonly archive: Archiver;
}
interface Entry {
  readonly name: string;
  readonly sha256: string;
  readonly atMs: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Everything about a transaction as a ZIP archive for a bank: a document for people, the same as JSON, the files, and a manifest of SHA-256 hashes
 * (`sha256sum -c manifest.sha256`). A file that cannot be read breaks the archive off rather than being left out.
 */
export async function exportDossier(
  deps: ExportDeps,
  context: StaffContext,
  transactionId: string,
): Promise<Result<AsyncIterable<Uint8Array>, StaffRefusal>> {
  if (!contextMay(context, "evidence.export")) return err({ kind: "not_allowed", verb: "evidence.export", role: context.role });
  const read = await readDossier(deps, context, transactionId);
  if (!read.ok) return read;
  const { dossier, known } = read.value;
  const { pdf } = await deps.printer.print(dossier);
  const made = [
    await madeHere("evidence.pdf", pdf, context.nowMs),
    await madeHere("evidence.json", utf8(`${JSON.stringify(dossier, null, 2)}\n`), context.nowMs),
  ];
  const snapshot = known.record?.snapshot ?? null;
  if (snapshot !== null) made.push(await madeHere("snapshot.json", utf8(snapshot.text), snapshot.takenAtMs));
  const files = (known.record?.files ?? []).map(
    (file, i): Entry => ({
      name: `files/${String(i + 1).padStart(2, "0")}-${file.name}`,
      sha256: file.sha256,
      atMs: Date.parse(file.added_at),
      body: contentsOf(deps.files, file),
    }),
  );
  const entries = [...made, ...files];
  const manifest = entries.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
  return ok(deps.archive(inOrder([...entries, await madeHere("manifest.sha256", utf8(manifest), context.nowMs)])));
}

async function madeHere(name: string, bytes: Uint8Array, atMs: number): Promise<Entry> {
  return { name, sha256: await digestHex("SHA-256", bytes), atMs, body: inOrder([bytes]) };
}

/** Opened when its turn comes: fifty at once would be more connections than a Worker has. */
async function* contentsOf(files: EvidenceFiles, file: StoredFile): AsyncGenerator<Uint8Array> {
  const body = await files.read(file, READ_BUDGET_MS);
  if (!body.ok || body.value === null)
    throw new Error(`evidence file ${file.id} cannot be read: ${body.ok ? "not there" : body.error.reason}`);
  yield* body.value;
}

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
