import { contentHash, type Manifest } from "../core/config/manifest.ts";
import { type ManifestChanges, nextManifest, type VersionKind } from "../core/config/next-manifest.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { ContentStore, ManifestRecord, ManifestStore, NewManifest, PointerStore, VersionContent } from "../ports/configuration.ts";

const BUDGET_MS = 10_000;

/** The stores that decisions load a version from, and the one that remembers all of them. */
export interface LiveDeps {
  readonly redis: ContentStore & PointerStore;
  readonly kv: ContentStore & PointerStore;
  readonly manifests: ManifestStore;
}
/** A version that was planned and not saved: `record` and `contents` go to `ManifestStore.saving`, and once that is done to `makeLive`. */
export interface PlannedVersion {
  readonly manifest: Manifest;
  readonly record: NewManifest;
  readonly contents: readonly VersionContent[];
}
/** It is saved, but a store did not take it: the schedule makes it live once that store is back. */
export interface Delay {
  readonly kind: "delayed";
  readonly seq: number;
  readonly part: string;
}

/** What a version says differently from the one before: texts by what they are, and hashes of lists and models. */
export interface VersionChanges {
  readonly ruleset?: string;
  readonly features?: string;
  /** A `RuleSources` as JSON; null for a version that has none, left out keeps the one before. */
  readonly source?: string | null;
  readonly lists?: Manifest["lists"];
  readonly models?: Manifest["models"];
  /** Texts of new lists. */
  readonly contents?: readonly VersionContent[];
}

/** Plans the version after `previous` (null: the first one); what the changes leave out stays as it was. Writes nothing. */
export async function planVersion(
  previous: ManifestRecord | null,
  changes: VersionChanges,
  about: { readonly kind: VersionKind; readonly author: string; readonly message: string },
): Promise<PlannedVersion> {
  const named: VersionContent[] = [];
  const keep = async (kind: VersionContent["kind"], text: string): Promise<string> => {
    const hash = await contentHash(text);
    named.push({ hash, kind, text });
    return hash;
  };
  const { lists, models } = changes;
  const hashes: ManifestChanges = {
    ...(changes.ruleset === undefined ? {} : { ruleset: await keep("ruleset", changes.ruleset) }),
    ...(changes.features === undefined ? {} : { features: await keep("features", changes.features) }),
    ...(lists === undefined ? {} : { lists }),
    ...(models === undefined ? {} : { models }),
  };
  const source =
    typeof changes.source === "string" ? await keep("source", changes.source) : changes.source === null ? null : (previous?.source ?? null);
  const { manifest, text, hash } = await nextManifest(previous?.text ?? null, hashes);
  return {
    manifest,
    record: { seq: manifest.seq, hash, text, source, ...about },
    contents: [...named, ...(changes.contents ?? []), { hash, kind: "manifest", text }],
  };
}

/**
 * Makes a saved version live for the next decision (D3): KV (read back), Redis content, Redis pointer, KV pointer. Nothing is live before the Redis
 * pointer moves; what fails is repaired by the schedule.
 */
export async function makeLive(deps: LiveDeps, { record, contents }: PlannedVersion): Promise<Result<void, Delay>> {
  const delayed = (part: string): Result<never, Delay> => err({ kind: "delayed", seq: record.seq, part });
  const inKv = contents.filter(({ kind }) => kind !== "source");
  // Lists may be large: decisions load them from KV alone, and after the response.
  const inRedis = inKv.filter(({ kind }) => kind !== "list");
  for (const [store, texts] of [
    [deps.kv, inKv],
    [deps.redis, inRedis],
  ] as const) {
    const written = await Promise.all(texts.map((content) => putChecked(store, content)));
    for (const part of written) if (part !== null) return delayed(part);
  }
  for (const pointers of [deps.redis, deps.kv]) {
    const moved = await pointers.advance({ seq: record.seq, hash: record.hash }, BUDGET_MS);
    if (!moved.ok) return delayed(moved.error.source);
  }
  return ok(undefined);
}

/** Null when the store has the text; otherwise who does not. */
async function putChecked(store: ContentStore, { hash, text }: VersionContent): Promise<string | null> {
  const written = await store.put(hash, text, BUDGET_MS);
  if (!written.ok) return written.error.source;
  const readBack = await store.get(hash, BUDGET_MS);
  if (!readBack.ok) return readBack.error.source;
  return readBack.value === text ? null : "the store of rulesets";
}
