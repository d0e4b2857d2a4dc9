import * as z from "zod";
import { type ConfigOptions, compileConfig } from "../core/config/compile.ts";
import { contentHash, Manifest } from "../core/config/manifest.ts";
import { checkFeatures } from "../core/features/check.ts";
import { err, ok, type Result } from "../core/result.ts";
import { checkRuleset } from "../core/rules/check.ts";
import type { Fault } from "../core/rules/fault.ts";
import type { ContentStore, ManifestRecord, ManifestStore, PointerStore } from "../ports/configuration.ts";
import { type StaffDeps, type StaffRefusal, staffAction, type Versioned } from "./staff-action.ts";
import type { StaffContext } from "./staff-context.ts";

const BUDGET_MS = 10_000;

export interface PublishDeps extends StaffDeps {
  readonly redis: ContentStore & PointerStore;
  readonly kv: ContentStore & PointerStore;
  readonly manifests: ManifestStore;
  readonly options: ConfigOptions;
}
export const PublishCall = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(200), text: z.string().max(1 << 20) }))
    .min(1)
    .max(50),
  /** The text of features.json; null or left out keeps the live one. */
  features: z
    .string()
    .max(1 << 20)
    .nullable()
    .default(null),
  message: z.string().trim().max(500).default(""),
  /** The `seq` this set was made from; another live one is a conflict. */
  version: z.int().nonnegative().optional(),
});
type PublishCall = z.infer<typeof PublishCall>;

export interface Published {
  readonly seq: number;
  readonly manifest: string;
  readonly ruleset: string;
  readonly features: string;
  readonly rules: number;
}
export type PublishRefusal =
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  /** It is saved, but a store did not take it: the schedule makes it live once that store is back. */
  | { readonly kind: "delayed"; readonly seq: number; readonly part: string };

interface Saved extends Published {
  readonly contents: readonly { readonly hash: string; readonly kind: string; readonly text: string }[];
}

/** Checks a set of rule files and saves it as the next configuration; nothing is live yet. */
const saveRuleset = staffAction<PublishDeps, PublishCall, Saved, PublishRefusal>({
  verb: "rules.publish",
  action: "ruleset.publish",
  input: PublishCall,
  plan: async (deps, input, context) => {
    const latest = await deps.manifests.latest(BUDGET_MS);
    if (!latest.ok) return err({ kind: "unavailable", part: latest.error.source });
    const featuresText = input.features ?? (await liveFeatures(deps.manifests, latest.value));
    if (featuresText === null)
      return err({
        kind: "faults",
        faults: [{ code: "no_features", path: "features", message: "nothing is live yet: send `features` with the first ruleset" }],
      });
    const checked = checkAll(deps.options, input.files, featuresText);
    if (!checked.ok) return err({ kind: "faults", faults: checked.error });
    const rulesetText = checked.value;
    const manifest: Manifest = {
      seq: (latest.value?.seq ?? 0) + 1,
      ruleset: await contentHash(rulesetText),
      features: await contentHash(featuresText),
      lists: {},
      models: {},
    };
    // What will be loaded is compiled once here: a set that checks but does not compile is our bug, and must not go live.
    const compiled = compileConfig(manifest, rulesetText, featuresText, deps.options);
    const text = JSON.stringify(manifest);
    const hash = await contentHash(text);
    const contents = [
      { hash: manifest.ruleset, kind: "ruleset", text: rulesetText },
      { hash: manifest.features, kind: "features", text: featuresText },
      { hash, kind: "manifest", text },
    ];
    const author = context.actor.name ?? context.actor.id;
    const { seq, ruleset, features } = manifest;
    return ok({
      change: deps.manifests.saving({ seq, hash, text, author, message: input.message }, contents),
      target: { kind: "ruleset", id: "live", isPersonal: false },
      current: versioned(latest.value) ?? { version: 0, state: {} },
      expected: input.version,
      after: { seq, ruleset, features, message: input.message },
      reread: async () => {
        const now = await deps.manifests.latest(BUDGET_MS);
        return now.ok ? ok(versioned(now.value)) : now;
      },
      output: { seq, manifest: hash, ruleset, features, rules: compiled.ruleset.rules.length, contents },
    });
  },
});

/**
 * Checks a set of rule files and makes it live for the next decision (D3): Postgres, KV (read back), Redis content, Redis pointer, KV pointer.
 * Nothing is live before the Redis pointer moves; what fails after it is repaired by the schedule.
 */
export async function publishRuleset(
  deps: PublishDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<Published, PublishRefusal | StaffRefusal>> {
  const saved = await saveRuleset(deps, context, input);
  if (!saved.ok) return saved;
  const { contents, ...published } = saved.value;
  const delayed = (part: string): Result<never, PublishRefusal> => err({ kind: "delayed", seq: published.seq, part });
  for (const store of [deps.kv, deps.redis]) {
    for (const content of contents) {
      const written = await store.put(content.hash, content.text, BUDGET_MS);
      if (!written.ok) return delayed(written.error.source);
      const readBack = await store.get(content.hash, BUDGET_MS);
      if (!readBack.ok) return delayed(readBack.error.source);
      if (readBack.value !== content.text) return delayed("the store of rulesets");
    }
  }
  for (const pointers of [deps.redis, deps.kv]) {
    const moved = await pointers.advance({ seq: published.seq, hash: published.manifest }, BUDGET_MS);
    if (!moved.ok) return delayed(moved.error.source);
  }
  return ok(published);
}

function versioned(record: ManifestRecord | null): Versioned | null {
  if (record === null) return null;
  const { ruleset, features } = Manifest.parse(JSON.parse(record.text));
  return { version: record.seq, state: { seq: record.seq, ruleset, features, message: record.message } };
}

function checkAll(options: ConfigOptions, files: PublishCall["files"], featuresText: string): Result<string, readonly Fault[]> {
  const features = checkFeatures(featuresText, options);
  if (!features.ok) return err(features.error.map((fault) => ({ ...fault, path: `features:${fault.path}` })));
  const ruleset = checkRuleset(files, features.value, options);
  return ruleset.ok ? ok(JSON.stringify(ruleset.value)) : ruleset;
}

async function liveFeatures(manifests: ManifestStore, latest: ManifestRecord | null): Promise<string | null> {
  if (latest === null) return null;
  const content = await manifests.content(Manifest.parse(JSON.parse(latest.text)).features, BUDGET_MS);
  return content.ok ? content.value : null;
}
