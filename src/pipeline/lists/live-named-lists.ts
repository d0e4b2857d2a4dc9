import type { Manifest } from "../../core/config/manifest.ts";
import { compileNamedList } from "../../core/config/named-list.ts";
import type { CompiledList, ListLookup } from "../../core/rules/list.ts";

/** The named lists of one isolate. */
export interface LiveNamedLists {
  /** What `inList` asks under a manifest; its lists are loaded by `load`. */
  of(manifest: Manifest): ListLookup;
  /** Whether a list of the manifest last seen is not there. */
  isLacking(): boolean;
  /** Loads what is lacking; what cannot be loaded stays lacking, and its last good version in use. */
  load(): Promise<void>;
}

/** Lists by hash, compiled once. While an edited list is on its way the one before it answers, if it has the same type. */
export function createLiveNamedLists(fetchContent: (hash: string) => Promise<string>): LiveNamedLists {
  let wanted: Manifest["lists"] = {};
  const byName = new Map<string, { readonly hash: string; readonly list: CompiledList }>();

  const lacking = (): [name: string, hash: string][] =>
    Object.entries(wanted).flatMap(([name, { hash }]) => (byName.get(name)?.hash === hash ? [] : [[name, hash]]));

  return {
    of(manifest) {
      wanted = manifest.lists;
      for (const name of byName.keys()) if (!Object.hasOwn(wanted, name)) byName.delete(name);
      return { get: (name) => byName.get(name)?.list };
    },
    isLacking: () => lacking().length > 0,
    async load() {
      for (const [name, hash] of lacking()) {
        try {
          const list = compileNamedList(await fetchContent(hash));
          if (wanted[name]?.hash === hash) byName.set(name, { hash, list });
        } catch {
          // It is in no store yet, or damaged: rules that read it stay unknown, as their decisions say, and it is tried again.
        }
      }
    },
  };
}
