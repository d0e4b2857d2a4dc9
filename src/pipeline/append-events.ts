import type { World } from "../core/access/api-key.ts";
import type { InputFault } from "../core/event/lenient.ts";
import { type ParsedEvent, parseEvent } from "../core/event/parse.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { ClaimRequest } from "../ports/velocity.ts";
import { entryOf, recordWithoutRedis } from "./after-decision.ts";
import { bodyHash } from "./body-hash.ts";
import type { Refusal } from "./refusal.ts";
import type { Services, WaitUntil } from "./services.ts";

const APPEND_BUDGET_MS = 2_000;
const STATUS_BUDGET_MS = 1_000;
const TIDY_BUDGET_MS = 2_000;

/** What became of one event of a call: `index` is its place in the input. */
export type AppendedItem =
  | { readonly index: number; readonly id: string; readonly status: "accepted" | "repeated"; readonly warnings: readonly InputFault[] }
  | { readonly index: number; readonly id: string | null; readonly status: "refused"; readonly errors: readonly InputFault[] };

export interface AppendCall {
  readonly inputs: readonly unknown[];
  readonly world: World;
  readonly callerAddress: string | null;
  readonly waitUntil: WaitUntil;
}

/**
 * Takes events for windows and aggregates: each is claimed, appended and pending in Redis when this returns, or durably in
 * Postgres or the queue when Redis is away; `unavailable` when nothing took them. A bad event gets its own errors, the others are taken.
 */
export async function appendEvents(services: Services, call: AppendCall): Promise<Result<AppendedItem[], Refusal>> {
  const nowMs = services.clock();
  const items: AppendedItem[] = [];
  const taken: { readonly index: number; readonly parsed: ParsedEvent; readonly request: ClaimRequest }[] = [];
  for (const [index, input] of call.inputs.entries()) {
    const parsed = parseEvent(input, { settings: services.eventSettings, nowMs, callerAddress: call.callerAddress, newId: services.newId });
    if (!parsed.ok) {
      items.push({ index, id: null, status: "refused", errors: parsed.error });
      continue;
    }
    const { event } = parsed.value;
    const hash = bodyHash(event);
    taken.push({
      index,
      parsed: parsed.value,
      request: { event, bodyHash: hash, token: services.newId(), nowMs, mode: "record", budgetMs: APPEND_BUDGET_MS, reads: {} },
    });
  }
  if (taken.length === 0) return ok(items);

  const claims = await services.velocity[call.world].claimMany(
    taken.map(({ request }) => request),
    APPEND_BUDGET_MS,
  );
  if (!claims.ok) {
    const entries = taken.map(({ request }) => entryOf({ world: call.world, ...request, receivedAtMs: nowMs, decision: null }));
    if (!(await recordWithoutRedis(services, entries))) return err({ kind: "unavailable", part: "every store" });
    for (const { index, parsed } of taken) items.push({ index, id: parsed.event.id, status: "accepted", warnings: parsed.warnings });
    return ok(inOrder(items));
  }
  for (const [position, { index, parsed }] of taken.entries()) {
    const claim = claims.value[position]?.claim;
    if (claim?.kind === "repeat" && !claim.sameBody) {
      const message = `\`${parsed.event.id}\` was used before with another body`;
      items.push({ index, id: parsed.event.id, status: "refused", errors: [{ code: "id_reused", path: "id", message }] });
      continue;
    }
    if (claim?.kind !== "repeat" && parsed.event.type === "payment") await applyPayment(services, call.world, parsed);
    items.push({ index, id: parsed.event.id, status: claim?.kind === "repeat" ? "repeated" : "accepted", warnings: parsed.warnings });
  }
  call.waitUntil(
    services.wake(
      call.world,
      taken.map(({ parsed }) => parsed.event.id),
    ),
  );
  call.waitUntil(services.velocity[call.world].tidy(TIDY_BUDGET_MS));
  return ok(inOrder(items));
}

/** Tells the windows at once what became of a transaction; the consumer repeats it when the transaction was not known yet. */
async function applyPayment(services: Services, world: World, parsed: ParsedEvent): Promise<void> {
  const id = String(parsed.event.body.transaction_id);
  const claimed = await services.velocity[world].eventOf(id, STATUS_BUDGET_MS);
  // A claim that Postgres has the event of does not hold it any more.
  const transaction =
    claimed.ok && claimed.value === null ? await services.records.findEvent(id, world === "live", STATUS_BUDGET_MS) : claimed;
  if (transaction.ok && transaction.value !== null)
    await services.velocity[world].setStatus(transaction.value, parsed.event.status, STATUS_BUDGET_MS);
}

const inOrder = (items: AppendedItem[]): AppendedItem[] => items.toSorted((a, b) => a.index - b.index);
