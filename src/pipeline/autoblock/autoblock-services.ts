import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { BlockMarker, RuleBlockStore } from "../../ports/autoblock.ts";

/** Blocks that rules make by themselves. */
export interface AutoblockServices {
  readonly marker: BlockMarker;
  readonly record: RuleBlockStore;
  /** Reads who else is in an address's log. */
  readonly hash: DimensionHash;
}
