import type { World } from "../core/access/api-key.ts";
import type { BlockGuard } from "../core/decision/block-guard.ts";
import type { BlockRate } from "../core/guard/block-rate.ts";
import type { Answer } from "./answer.ts";

/** The newest version that decided anything lately. */
export interface DecidingVersion {
  readonly seq: number;
  /** Of all versions with the same rules and features: an edited list does not begin anew. */
  readonly rate: BlockRate;
  /** The policy of its ruleset as it was published, not parsed; null when the version is not known. */
  readonly policy: unknown;
}
export interface BlockRateSource {
  /** Null when nothing was decided since then. */
  read(world: World, sinceMs: number, budgetMs: number): Answer<DecidingVersion | null>;
  /** Forgets what is older. */
  forget(beforeMs: number, budgetMs: number): Answer<void>;
}
/** The flag that decisions read with their claim (`core/decision/block-guard.ts`). */
export interface BlockGuardStore {
  /** As stored text. */
  read(world: World, budgetMs: number): Answer<string | null>;
  hold(world: World, guard: BlockGuard, budgetMs: number): Answer<void>;
  release(world: World, budgetMs: number): Answer<void>;
}
