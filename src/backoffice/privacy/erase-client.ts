import * as z from "zod";
import type { Erasure } from "../../core/privacy/erasure.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ClientMemory, ErasureStore } from "../../ports/privacy.ts";
import { type StaffDeps, type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";

const BUDGET_MS = 10_000;

export interface ErasureDeps extends StaffDeps {
  readonly erasures: ErasureStore;
  readonly memory: ClientMemory;
}
export const ErasureCall = z.strictObject({
  id: z.string().min(1).max(512),
  /** Why, for the audit log: the number of the request. Names nobody. */
  reference: z.string().max(200).default(""),
});

export const UNKNOWN_CLIENT = { kind: "not_found", detail: "nothing is held about this client" } as const satisfies StaffRefusal;

const request = staffAction<ErasureDeps, z.infer<typeof ErasureCall>, string>({
  verb: "clients.erase",
  action: "client.erase",
  input: ErasureCall,
  plan: async (deps, { id: clientId, reference }, context) => {
    const id = deps.newId();
    const subject = await deps.erasures.subjectOf(clientId);
    const change = deps.erasures.requesting({
      ...{ id, clientId, subject },
      pseudonym: `erased_${deps.newId().replaceAll("-", "")}`,
      requestedBy: context.actor.id,
      requestedAtMs: context.nowMs,
    });
    return ok({
      change,
      target: { kind: "client", id: clientId, isPersonal: true },
      current: null,
      after: { erasure: id, reference },
      reread: async () => ok(null),
      output: id,
    });
  },
});

/**
 * Asks for a client to be erased and gives the id of the erasure that does it: the one that runs already, a new one, or, when nothing came since, the
 * one that is done. A client that nothing was ever known of is not found.
 */
export async function eraseClient(
  deps: ErasureDeps,
  context: StaffContext,
  input: z.input<typeof ErasureCall>,
): Promise<Result<string, StaffRefusal>> {
  if (!contextMay(context, "clients.erase")) return err({ kind: "not_allowed", verb: "clients.erase", role: context.role });
  const latest = await latestErasure(deps, input.id);
  if (!latest.ok) return latest;
  if (latest.value?.status === "running") return ok(latest.value.id);
  const isKnown = await isClientKnown(deps, input.id, context.nowMs);
  if (!isKnown.ok) return isKnown;
  if (!isKnown.value) return latest.value === null ? err(UNKNOWN_CLIENT) : ok(latest.value.id);
  const requested = await request(deps, context, input);
  if (requested.ok || requested.error.kind !== "taken") return requested;
  // Somebody else asked at the same moment.
  const theirs = await latestErasure(deps, input.id);
  if (!theirs.ok) return theirs;
  return theirs.value === null ? requested : ok(theirs.value.id);
}

/** The newest erasure of a client; null when there is none. */
export async function latestErasure(
  { erasures }: Pick<ErasureDeps, "erasures">,
  clientId: string,
): Promise<Result<Erasure | null, StaffRefusal>> {
  const found = await erasures.latest(await erasures.subjectOf(clientId), BUDGET_MS);
  return found.ok ? found : err({ kind: "unavailable", part: found.error.source });
}

/** Whether Postgres or Redis holds anything about a client beside what an erasure left. */
export async function isClientKnown(
  deps: Pick<ErasureDeps, "erasures" | "memory">,
  clientId: string,
  nowMs: number,
): Promise<Result<boolean, StaffRefusal>> {
  const recorded = await deps.erasures.isKnown(clientId, BUDGET_MS);
  if (!recorded.ok) return err({ kind: "unavailable", part: recorded.error.source });
  if (recorded.value) return recorded;
  const [remembered, pending] = [await deps.memory.read(clientId, BUDGET_MS), await deps.memory.hasPending(clientId, nowMs, BUDGET_MS)];
  if (!remembered.ok) return err({ kind: "unavailable", part: remembered.error.source });
  if (!pending.ok) return err({ kind: "unavailable", part: pending.error.source });
  const { value: rows } = remembered;
  // A mark alone may be that of a block that is held.
  return ok(pending.value || rows.some((row) => row.window !== null || row.stored_features !== null || row.cached_aggregates !== null));
}
