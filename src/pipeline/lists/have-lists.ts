import type { World } from "../../core/access/api-key.ts";
import type { Deadline } from "../budget.ts";
import type { Services } from "../services.ts";

const NOTHING: readonly string[] = [];

/**
 * Sees to it that an isolate that never had address lists has them, beside its first claim; one that has them waits for nothing. Past the
 * deadline the decision goes without networks, ASNs, countries and domains, or with those that KV has, and says `lists`
 * in `degraded`.
 */
export async function haveLists(services: Services, world: World, deadline: Deadline): Promise<readonly string[]> {
  const live = services.lists.live[world];
  if (live.current() === null) await live.refresh(Math.max(1, deadline.leftMs()));
  return live.checkedAtMs() === null ? ["lists"] : NOTHING;
}
