import { createDossierPrinter } from "../adapters/pdf/dossier-printer.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createEvidenceStore } from "../adapters/postgres/evidence/evidence-store.ts";
import { createEvidenceFiles } from "../adapters/r2/evidence-files.ts";
import { zipArchive } from "../adapters/zip/zip-archive.ts";
import { createMasterKeys } from "../core/audit/master-keys.ts";
import type { Config } from "../env.ts";
import type { EvidenceServices } from "../pipeline/evidence/evidence-services.ts";

/** Evidence for disputes, over this deployment's stores. */
export function createEvidence({ bindings, auditKeys }: Config, database: Database): EvidenceServices {
  return {
    store: createEvidenceStore(database),
    files: createEvidenceFiles(bindings.evidence, {
      masters: createMasterKeys(auditKeys, "evidence"),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    }),
    printer: createDossierPrinter(async (file) => {
      // The host is any: the binding serves this deployment's own assets.
      const found = await bindings.assets.fetch(`https://assets.local/fonts/${file}`);
      if (!found.ok) throw new Error(`the font file ${file} is not among the assets: run \`npm run assets\``);
      return new Uint8Array(await found.arrayBuffer());
    }),
    archive: zipArchive,
  };
}
