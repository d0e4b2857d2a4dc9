import type { AutomaticBlock } from "../decision/automatic-blocks.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { ListHit } from "../lists/list-hit.ts";
import type { PackedLog } from "../velocity/column-layout.ts";
import type { DimensionHash } from "../velocity/dimension-hash.ts";
import { activeClients } from "./active-clients.ts";

export interface BlockSituation {
  readonly event: Pick<CanonicalEvent, "occurredAtMs" | "dimensions">;
  /** Entries in force that name an entity of the event. */
  readonly hits: readonly ListHit[];
  /** What Redis said of the event's address: its log before the event, undefined without history; null when Redis said nothing. */
  readonly address: { readonly log: PackedLog | undefined } | null;
  /** How long ago another client's activity still counts. */
  readonly windowMs: number;
  readonly hash: DimensionHash;
}

/** What comes of the blocks that rules ask for. One whose target is blocked already is left out: a visitor who keeps trying is asked for once. */
export function judgeBlocks(asked: readonly AutomaticBlock[], situation: BlockSituation): AutomaticBlock[] {
  return asked
    .filter(({ target }) => !situation.hits.some(({ verdict, kind }) => verdict === "block" && kind === target))
    .map((block) => ({ ...block, verdict: verdictOn(block, situation) }));
}

/** An address may have other users (S4.6): it is blocked when nobody else was active on it, or the rule says that this does not matter. */
function verdictOn(block: AutomaticBlock, { event, address, windowMs, hash }: BlockSituation): NonNullable<AutomaticBlock["verdict"]> {
  if (block.target !== "ip" || block.collision === "ignore") return { kind: "block" };
  if (address === null) return { kind: "review", others: null, windowMs };
  const { others, isWhole } = activeClients(address.log, event, { windowMs, hash });
  if (others > 0) return { kind: "review", others, windowMs };
  return isWhole ? { kind: "block" } : { kind: "ask", windowMs };
}
