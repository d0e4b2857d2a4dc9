import { contentHash, Manifest } from "./manifest.ts";

/** Why a version was made. */
export const VERSION_KINDS = ["publish", "rollback", "kill", "snooze", "list", "guard"] as const;
export type VersionKind = (typeof VERSION_KINDS)[number];

/** Hashes that differ from the version before. */
export type ManifestChanges = Partial<Omit<Manifest, "seq">>;

/** A manifest with its exact text and the hash of that. */
export interface WrittenManifest {
  readonly manifest: Manifest;
  readonly text: string;
  readonly hash: string;
}

/**
 * The manifest after `previous` (its text; null for the first), which keeps what is not changed: a publish keeps lists and models, an edited list
 * keeps the rules. Throws when the first one names no ruleset or features, and on a damaged `previous`.
 */
export async function nextManifest(previous: string | null, changes: ManifestChanges): Promise<WrittenManifest> {
  const before = previous === null ? { seq: 0, lists: {}, models: {} } : Manifest.parse(JSON.parse(previous));
  const manifest = Manifest.parse({ ...before, ...changes, seq: before.seq + 1 });
  const text = JSON.stringify(manifest);
  return { manifest, text, hash: await contentHash(text) };
}
