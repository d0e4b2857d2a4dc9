import type { VersionKind } from "../config/next-manifest.ts";

/** A version as its history tells it. */
export interface VersionStep {
  readonly seq: number;
  readonly kind: VersionKind;
  /** The `seq` it followed. */
  readonly parent: number | null;
  /** Equal where ruleset and features are. */
  readonly rules: string;
}

/** Small changes of what is live: the version they were made to is not a way out of what it does. */
const AMENDMENTS: ReadonlySet<VersionKind> = new Set(["kill", "snooze", "list"]);

/**
 * The version to bring back for one that blocks too much: the newest before the publish or rollback it rests on, with other rules, and that the
 * guard never took back itself. A rule that was killed or snoozed before that publish so stays killed. Null when there is none.
 * @param history newest first, without gaps, from the breaching version or later
 */
export function previousVersion(history: readonly VersionStep[], breaching: number): VersionStep | null {
  const [current, ...rest] = restsOn(history, breaching);
  const base = rest.at(-1) ?? current;
  if (current?.seq !== breaching || base === undefined || AMENDMENTS.has(base.kind)) return null;
  const takenBack = history.flatMap(({ kind, parent }) => (kind === "guard" && parent !== null ? [parent] : []));
  const guilty = new Set([breaching, ...takenBack].flatMap((seq) => restsOn(history, seq).map(({ rules }) => rules)));
  return history.find(({ seq, rules }) => seq < base.seq && !guilty.has(rules)) ?? null;
}

/** A version, the amendments before it, and last the publish or rollback they were made to. */
function restsOn(history: readonly VersionStep[], version: number): readonly VersionStep[] {
  const past = history.filter(({ seq }) => seq <= version);
  const base = past.findIndex(({ kind }) => !AMENDMENTS.has(kind));
  return base === -1 ? past : past.slice(0, base + 1);
}
