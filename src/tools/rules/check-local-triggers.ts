import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FeatureCatalogue } from "../../core/features/catalogue.ts";
import { checkTriggers } from "../../core/triggers/check-triggers.ts";
import { type LocalText, readText, rulesFolder } from "./local-sources.ts";
import type { ShownFault } from "./show-faults.ts";

export interface LocalTriggers {
  readonly file: LocalText;
  readonly faults: readonly ShownFault[];
  /** Triggers that are switched on. */
  readonly count: number;
}

/** Checks `triggers.json` of the rules folder against the features; null when the folder has none. */
export function checkLocalTriggers(
  folder: string | undefined,
  catalogue: FeatureCatalogue,
  currencyExponent: number,
): LocalTriggers | null {
  const path = join(rulesFolder(folder), "triggers.json");
  if (!existsSync(path)) return null;
  const file = { name: "triggers.json", path, text: readText(path) };
  const checked = checkTriggers(file.text, catalogue, { currencyExponent });
  if (!checked.ok) return { file, faults: checked.error.map((fault) => ({ ...fault, file: path })), count: 0 };
  return { file, faults: [], count: checked.value.decisions.length + checked.value.events.length };
}
