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
export interface ManifestRecord {
  readonly seq: number;
  readonly hash: string;
  readonly text: string;
  readonly author: string;
  readonly message: string;
}
export interface ManifestStore {
  latest(budgetMs: number): Answer<ManifestRecord | null>;
  /** The change that saves a manifest with its contents; stale when another took the seq. */
  saving(
    manifest: ManifestRecord,
    contents: readonly { readonly hash: string; readonly kind: string; readonly text: string }[],
  ): StaffChange;
  content(hash: string, budgetMs: number): Answer<string | null>;
}
