import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { MasterKeys } from "../../core/audit/master-keys.ts";
import { decryptFile, encryptedSize, encryptFile } from "../../core/evidence/file-cipher.ts";
import { type FileFault, inspectFile } from "../../core/evidence/inspect-file.ts";
import { err, ok } from "../../core/result.ts";
import { unwrapKey, wrapKey } from "../../core/secrecy/envelope.ts";
import type { EvidenceFiles, IncomingFile } from "../../ports/evidence.ts";
import { within } from "../time/within.ts";

export interface FileSettings {
  readonly masters: MasterKeys;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/** Evidence files in R2: each encrypted under a key of its own, which the newest master key wraps; what is stored shows neither name nor contents. */
export function createEvidenceFiles(bucket: R2Bucket, { masters, randomBytes }: FileSettings): EvidenceFiles {
  return {
    async put(file, budgetMs) {
      const raw = randomBytes(32);
      const master = await masters.newest();
      const wrapped = await wrapKey(master.key, raw, randomBytes(12), file.id);
      const checked = check(file);
      const stored = await within("r2", budgetMs, () => store(bucket, file, encryptFile(raw, file.id, checked.parts())));
      const fault = checked.fault();
      if (fault !== null) return err({ source: "body", reason: fault });
      return stored.ok ? ok({ sha256: checked.sha256(), secret: { master: master.id, wrapped } }) : stored;
    },
    async read({ id, objectKey, secret }, budgetMs) {
      const master = await masters.byId(secret.master);
      if (master === null) return err({ source: "r2", reason: "invalid", detail: "the master key of this file is not set" });
      const found = await within("r2", budgetMs, () => bucket.get(objectKey));
      if (!found.ok) return found;
      return ok(found.value === null ? null : decryptFile(await unwrapKey(master, secret.wrapped, id), id, found.value.body));
    },
    delete: (objectKeys, budgetMs) =>
      within("r2", budgetMs, async () => {
        if (objectKeys.length > 0) await bucket.delete([...objectKeys]);
      }),
  };
}

/** The length is said beforehand: R2 stores all of that or nothing. */
async function store(bucket: R2Bucket, { objectKey, sizeBytes }: IncomingFile, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const { readable, writable } = new FixedLengthStream(encryptedSize(sizeBytes));
  const writer = writable.getWriter();
  const write = async (): Promise<void> => {
    try {
      for await (const part of parts) await writer.write(part);
      await writer.close();
    } catch (cause) {
      await writer.abort(cause);
      throw cause;
    }
  };
  const [stored, written] = await Promise.allSettled([bucket.put(objectKey, readable), write()]);
  if (written.status === "rejected") throw written.reason;
  if (stored.status === "rejected") throw stored.reason;
}

/** Counts, hashes and inspects what passes; the first fault ends it. */
function check({ contentType, sizeBytes, body }: IncomingFile) {
  const inspector = inspectFile(contentType, sizeBytes);
  const digest = sha256.create();
  let fault: FileFault | null = null;
  const refuseOn = (found: FileFault | null): void => {
    if (found === null) return;
    fault = found;
    throw new Error(`the file is refused: ${found}`);
  };
  async function* received(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (cause) {
      // Whoever sent it went away: all there is of it is too short. A body that was refused is cancelled, which may fail too.
      fault ??= "too_short";
      throw cause;
    }
  }
  return {
    async *parts(): AsyncGenerator<Uint8Array> {
      for await (const part of received()) {
        refuseOn(inspector.take(part));
        digest.update(part);
        yield part;
      }
      refuseOn(inspector.end());
    },
    fault: (): FileFault | null => fault,
    sha256: (): string => bytesToHex(digest.digest()),
  };
}
