import { parseAddress } from "../core/address/parse-address.ts";
import { type AddressIntelligence, NO_INTELLIGENCE } from "../core/address-intelligence/address-intelligence.ts";
import { forcedResult } from "../core/decision/forced-outcome.ts";
import type { ClientAggregates, EntityAggregates } from "../core/features/aggregates.ts";
import { computeFacts } from "../core/features/compute-facts.ts";
import type { Facts } from "../core/features/value.ts";
import { wantedAggregates } from "../core/features/wanted-aggregates.ts";
import { err } from "../core/result.ts";
import type { ClaimedEvent } from "./decide-claimed.ts";
import { gatherChecks } from "./external-checks/gather-checks.ts";
import type { Refresh } from "./refresh-aggregates.ts";
import type { Services } from "./services.ts";

export interface Gathered {
  readonly facts: Facts;
  /** Names of the parts that failed: `velocity`, `aggregates`. */
  readonly degraded: readonly string[];
  readonly refresh: Refresh;
}

/** What a test device makes of the claim. */
const WITHOUT_REDIS: ClaimedEvent["claim"] = err({ source: "redis", reason: "unavailable" });

/**
 * Everything the rules and the model read about one event: its fields, the logs of the one Redis round trip, what external services say, and the aggregates,
 * cached or, for an entity seen for the first time, asked from Postgres within `aggregatesMs`; past it they are missing.
 */
export async function gatherFacts(services: Services, claimed: ClaimedEvent): Promise<Gathered> {
  const { event, config, world } = claimed;
  const claim = forcedResult(world, event) === "degraded" ? WITHOUT_REDIS : claimed.claim;
  const { catalogue } = config;
  const degraded: string[] = [];
  const asking = gatherChecks(services, claimed);
  if (!claim.ok) degraded.push("velocity");
  let client = claim.ok ? read<ClientAggregates>(claim.value.aggregates.client) : null;
  let dest = claim.ok ? read<EntityAggregates>(claim.value.aggregates.dest) : null;
  let refresh: Refresh = { kind: claim.ok && claim.value.refreshLease ? "read" : "none" };
  const { client: clientId = null, dest: destId = null } = event.dimensions;
  const lacks = wantedAggregates(catalogue, event, { client, dest });
  let failed = false;
  if (lacks.client || lacks.dest) {
    const startMs = services.clock();
    const asked = await services.aggregatesOf(catalogue, world).aggregate({
      client: lacks.client ? clientId : null,
      // Asked with its client also when its own aggregates are cached: what the two had with each other is the client's.
      dest: destId,
      asOfMs: event.occurredAtMs,
      exceptId: event.id,
      budgetMs: claimed.deadline.allow(services.budgets.aggregatesMs),
    });
    claimed.time("aggregates", services.clock() - startMs);
    if (asked.ok) {
      client = asked.value.client ?? client;
      dest = asked.value.dest ?? dest;
      refresh = { kind: "cache", client: asked.value.client, dest: asked.value.dest };
    } else {
      failed = true;
      degraded.push("aggregates");
    }
  }
  const said = await asking;
  degraded.push(...said.degraded);
  const { facts } = computeFacts(config.plan, {
    event,
    self: claimed.self,
    logs: claim.ok ? claim.value.logs : undefined,
    roles: claim.ok ? claim.value.roles : undefined,
    store: claim.ok ? claim.value.store : undefined,
    client: client ?? (failed ? undefined : null),
    dest: dest ?? (failed ? undefined : null),
    checks: said.checks,
    address: { lists: intelligenceOf(services, claimed), riskScore: claim.ok ? claim.value.addressRisk : undefined },
  });
  return { facts, degraded, refresh };
}

/** What the lists of this isolate know of the event's address; undefined while it has none. */
function intelligenceOf(services: Services, { event, world }: ClaimedEvent): AddressIntelligence | undefined {
  const lists = services.lists.live[world].current();
  if (lists === null) return undefined;
  const address = typeof event.body.ip_address === "string" ? parseAddress(event.body.ip_address) : null;
  return address === null ? NO_INTELLIGENCE : lists.intelligence(address, services.clock());
}

/** Cached text of our own making; one that is damaged counts as not cached. */
function read<T>(text: string | null): T | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
