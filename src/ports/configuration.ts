import type { VersionKind } from "../core/config/next-manifest.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** The live configuration's pointer (D3). */
export interface Pointer {
  readonly seq: number;
  readonly hash: string;
}

export interface ContentStore {
  get(hash: string, budgetMs: number): Answer<string | null>;
  put(hash: string, text: string, budgetMs: number): Answer<void>;
}
export interface PointerStore {
  read(budgetMs: number): Answer<Pointer | null>;
  /** Never goes back to a lower seq; says whether the pointer now is this one. */
  advance(pointer: Pointer, budgetMs: number): Answer<boolean>;
}
export interface FormatStore {
  /** Lets a store that an earlier version filled take this version's formats a week from now, unless that is settled. */
  allowFormats(nowMs: number, budgetMs: number): Answer<void>;
}
/** A version as it is saved. */
export interface NewManifest {
  readonly seq: number;
  readonly hash: string;
  readonly text: string;
  readonly author: string;
  readonly message: string;
  readonly kind: VersionKind;
  /** Hash of the `RuleSources` it was made from; null for what was made before sources were kept. */
  readonly source: string | null;
}
export interface ManifestRecord extends NewManifest {
  /** The `seq` it followed. */
  readonly parent: number | null;
  readonly createdAtMs: number;
}
/** A text by its hash; `source` is for people and stays in Postgres, the others go wherever versions are loaded from. */
export interface VersionContent {
  readonly hash: string;
  readonly kind: "ruleset" | "features" | "manifest" | "source" | "list";
  readonly text: string;
}
/** What must still hold when a version is saved; otherwise the change is stale and nothing of it happens. */
export interface SavingConditions {
  /** The draft has this version; it gets the text, and follows the new version if it followed the one before. */
  readonly draft?: { readonly version: number; readonly text: string; readonly updatedBy: string };
  /** This approval still waits; it is closed as approved, by whom. */
  readonly approval?: { readonly id: string; readonly decidedBy: { readonly id: string; readonly name: string }; readonly note: string };
  /** This report has this version. */
  readonly report?: { readonly id: string; readonly version: number };
}
export interface ManifestStore {
  latest(budgetMs: number): Answer<ManifestRecord | null>;
  bySeq(seq: number, budgetMs: number): Answer<ManifestRecord | null>;
  /** Newest first, below `beforeSeq`. */
  history(page: { readonly beforeSeq: number | null; readonly limit: number }, budgetMs: number): Answer<readonly ManifestRecord[]>;
  /**
   * The change that saves a manifest with its contents; stale when another took the seq. A draft that nobody edited since the version before
   * becomes the new version's sources in the same statement; an edited one stays.
   */
  saving(manifest: NewManifest, contents: readonly VersionContent[], conditions?: SavingConditions): StaffChange;
  content(hash: string, budgetMs: number): Answer<string | null>;
}
