import type { VersionKind } from "../config/next-manifest.ts";

/** A version as its history tells it. */
export interface VersionStep {
  readonly seq: number;
  readonly kind: VersionKind;
  /** The `seq` it followed. */
  readonly parent: number | null;
  /** Its ruleset by hash. */
  readonly ruleset: string;
}

/** Small changes of what is live: the version they were made to is not a way out of what it does. */
const AMENDMENTS: ReadonlySet<VersionKind> = new Set(["kill", "snooze", "list"]);

/**
 * The version to bring back for one that blocks too much: the newest before the publish or rollback it rests on, with other rules, and that the
 * guard never took back itself. A rule that was killed or snoozed before that publish so stays killed. Null when there is none.
 * @param history newest first, without gaps, from the breaching version or later
 */
export function previousVersion(history: readonly VersionStep[], breaching: number): VersionStep | null {
  const past = history.filter(({ seq }) => seq <= breaching);
  const [current] = past;
  const base = past.find(({ kind }) => !AMENDMENTS.has(kind));
  if (current?.seq !== breaching || base === undefined) return null;
  const takenBack = new Set(history.flatMap(({ kind, parent }) => (kind === "guard" && parent !== null ? [parent] : [])));
  const guilty = new Set(
    history.flatMap(({ seq, ruleset }) => (seq === breaching || seq === base.seq || takenBack.has(seq) ? [ruleset] : [])),
  );
  return past.find(({ seq, ruleset }) => seq < base.seq && !guilty.has(ruleset)) ?? null;
}
