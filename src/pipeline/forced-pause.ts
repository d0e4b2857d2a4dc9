import type { World } from "../core/access/api-key.ts";
import { forcedResult } from "../core/decision/forced-outcome.ts";
import type { CanonicalEvent } from "../core/event/event.ts";

/** Longer than any checkout waits. */
const SLOW_MS = 2_000;

/** Waits when the test device of one of these events asks for a late answer. */
export async function pauseWhenForced(world: World, events: readonly CanonicalEvent[]): Promise<void> {
  if (!events.some((event) => forcedResult(world, event) === "slow")) return;
  await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
}
