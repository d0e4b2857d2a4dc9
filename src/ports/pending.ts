import type { World } from "../core/access/api-key.ts";
import type { Answer } from "./answer.ts";

/** Shards of the pending entries of both worlds. An event's shard follows from its id. */
export type Shards = Readonly<Record<World, readonly number[]>>;

/** Where entries wait for Postgres, and which mover works on them. */
export interface PendingShards {
  /** The shard of an event. */
  of(id: string): number;
  /** Shards that may hold entries: one command while nothing waits, a few more while something does. */
  inUse(budgetMs: number): Answer<Shards>;
  /**
   * Leases shards to one mover and gives those it got: none that another holds. What the token held before and does not name is given back.
   * A lease ends by itself after a minute. It only saves work: recording is idempotent, so two movers of one shard do no harm.
   */
  lease(world: World, shards: readonly number[], token: string, budgetMs: number): Answer<readonly number[]>;
  /** How many events of a world wait. */
  count(world: World, budgetMs: number): Answer<number>;
}
