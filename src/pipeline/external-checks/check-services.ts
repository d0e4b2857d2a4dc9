import type { World } from "../../core/access/api-key.ts";
import type { CheckSecrets } from "../../core/external-checks/check-secrets.ts";
import type { CheckCountStore, CheckStore, StoredFeatureMerger } from "../../ports/external-checks.ts";
import type { WaitUntil } from "../services.ts";
import type { CheckAsker } from "./ask-check.ts";
import type { CheckDirectory } from "./check-directory.ts";
import type { CheckMeter } from "./check-meter.ts";

/** What asking external services and hearing from them uses. */
export interface CheckServices {
  readonly store: CheckStore;
  readonly counts: CheckCountStore;
  readonly directory: CheckDirectory;
  readonly asker: CheckAsker;
  readonly meter: CheckMeter;
  /** Reads the services anew and writes their counts after the response, where either is due. */
  readonly poll: (waitUntil: WaitUntil) => void;
  readonly secrets: CheckSecrets;
  /** Whether `http://127.0.0.1` may be asked: on a local stack. */
  readonly allowsLocal: boolean;
  readonly storedFeatures: Readonly<Record<World, StoredFeatureMerger>>;
}
