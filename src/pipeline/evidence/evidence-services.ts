import type { Archiver, DossierPrinter, EvidenceFiles, EvidenceStore } from "../../ports/evidence.ts";

/** What evidence for disputes uses. */
export interface EvidenceServices {
  readonly store: EvidenceStore;
  readonly files: EvidenceFiles;
  readonly printer: DossierPrinter;
  readonly archive: Archiver;
}
