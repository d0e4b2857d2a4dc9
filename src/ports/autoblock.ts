import type { ListHit } from "../core/lists/list-hit.ts";
import type { Answer } from "./answer.ts";
import type { ListEntry, MarkedEntity } from "./lists.ts";
import type { StaffChange } from "./staff-writes.ts";

/** Puts blocks by rules into force before they are recorded. */
export interface BlockMarker {
  /**
   * Adds each block to what the mark of its entity says, where no other block by a rule is in force: the next decision anywhere reads it.
   * Gives the ids of those that are there now. Repeating a call changes nothing.
   */
  add(
    blocks: readonly { readonly of: MarkedEntity; readonly hit: ListHit }[],
    nowMs: number,
    budgetMs: number,
  ): Answer<ReadonlySet<string>>;
}

/** Blocks by rules in the record. */
export interface RuleBlockStore {
  /** How often rules blocked an entity since a time, without the blocks that a person ended: those were mistakes. */
  countEarlier(of: MarkedEntity, sinceMs: number, budgetMs: number): Answer<number>;
  /**
   * Makes the entry of a rule's block; stale when it was made before, or when a block of the entity by a rule was in force or came after the decision
   * (`createdAtMs`): whoever ended that one ended this one too.
   */
  recording(entry: ListEntry): StaffChange;
  /** How many clients other than one were active on an address after a time, its failed log-ins left out. */
  countOtherClients(
    on: { readonly livemode: boolean; readonly address: string; readonly client: string | null; readonly sinceMs: number },
    budgetMs: number,
  ): Answer<number>;
}
