import type { LocalSources, LocalText } from "./local-sources.ts";
import type { ShownFault } from "./show-faults.ts";

const FEATURES = "features:";

/** Every text by its path, for excerpts. */
export function textsByPath({ files, cases, features }: LocalSources): ReadonlyMap<string, string> {
  return new Map([...files, ...cases, features].map(({ path, text }) => [path, text]));
}

/** The same faults with the paths of files here instead of the names the checker knows them by. */
export function localFaults(faults: readonly ShownFault[], { files, features }: LocalSources): ShownFault[] {
  return faults.map((fault) => {
    if (fault.path.startsWith(FEATURES)) return { ...fault, path: fault.path.slice(FEATURES.length), file: features.path };
    return { ...fault, ...fileOf(fault.file, files) };
  });
}

/** Where a file of cases is here. */
export function localCaseFile(name: string, { cases }: LocalSources): string {
  return cases.find((one) => one.name === name)?.path ?? name;
}

/** The same faults of cases with their paths here. */
export function localCaseFaults(faults: readonly ShownFault[], { cases }: LocalSources): ShownFault[] {
  return faults.map((fault) => ({ ...fault, ...fileOf(fault.file, cases) }));
}

function fileOf(name: string | undefined, texts: readonly LocalText[]): { readonly file?: string } {
  const path = name === undefined ? undefined : (texts.find((one) => one.name === name)?.path ?? name);
  return path === undefined ? {} : { file: path };
}
