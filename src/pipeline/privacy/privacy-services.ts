import type { ClientMemory, ConsentStore, ErasureStore, ExportSource, RetentionStore } from "../../ports/privacy.ts";

/** What erasing, exporting and retention run on. */
export interface PrivacyServices {
  readonly erasures: ErasureStore;
  readonly memory: ClientMemory;
  readonly exports: ExportSource;
  readonly consents: ConsentStore;
  readonly retention: RetentionStore;
  /** Days by table, where the deployment keeps something else than the rules say. */
  readonly daysByTable: Readonly<Record<string, number>>;
}
