import { Manifest } from "../../core/config/manifest.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ManifestRecord, ManifestStore } from "../../ports/configuration.ts";
import type { Versioned } from "../staff-action.ts";
import { WORKSHOP_BUDGET_MS } from "./workshop-deps.ts";

/** Every change of what is live is a change of this one record. */
export const liveTarget = { kind: "ruleset", id: "live", isPersonal: false } as const;

/** The live version as it is audited and locked; version 0 before the first. */
export function versionedLive(live: { readonly record: ManifestRecord } | null): Versioned {
  if (live === null) return { version: 0, state: {} };
  const { seq, text, message } = live.record;
  const { ruleset, features } = Manifest.parse(JSON.parse(text));
  return { version: seq, state: { seq, ruleset, features, message } };
}

/** Reads it anew, for the answer to a conflict. */
export async function rereadLive(deps: { readonly manifests: ManifestStore }): ReturnType<() => Answer<Versioned>> {
  const latest = await deps.manifests.latest(WORKSHOP_BUDGET_MS);
  return latest.ok ? ok(versionedLive(latest.value === null ? null : { record: latest.value })) : latest;
}
