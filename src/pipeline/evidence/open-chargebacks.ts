import type { World } from "../../core/access/api-key.ts";
import { type Chargeback, chargebackInitiated, chargebackOf, chargebackReport } from "../../core/evidence/chargeback.ts";
import { factsOf, type RecordedTransaction } from "../../core/evidence/gather-facts.ts";
import { holdUntil } from "../../core/evidence/hold.ts";
import { digestHex } from "../../core/secrecy/digest-hex.ts";
import type { RecordEntry } from "../../ports/records.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;
type Needed = Pick<Services, "evidence" | "reports" | "webhooks" | "records" | "clock">;

/** For each chargeback among what was recorded: evidence kept, a case opened, subscribers told. False when a store failed; the entries come again then. */
export async function openChargebacks(services: Needed, entries: readonly RecordEntry[]): Promise<boolean> {
  let isDone = true;
  for (const { event, livemode } of entries) {
    const chargeback = chargebackOf(event, livemode);
    if (chargeback !== null && !(await initiateChargeback(services, chargeback))) isDone = false;
  }
  return isDone;
}

/**
 * Gathers and keeps what is known of a transaction that was charged back, labels its decisions, opens the case and queues `chargeback.initiated`. The one way in: a
 * `payment` event of status `chargeback`, whether a shop or a postback brought it, comes here once it is recorded. Repeating it changes nothing. False when a store failed.
 */
export async function initiateChargeback(services: Needed, chargeback: Chargeback): Promise<boolean> {
  const { evidence, reports, webhooks } = services;
  const { transactionId, livemode, atMs } = chargeback;
  const world: World = livemode ? "live" : "test";
  const gathered = await evidence.store.gather({ transactionId, world }, BUDGET_MS);
  if (!gathered.ok) return false;
  const recorded = gathered.value;
  const decisionIds = recorded?.decisions.map(({ answer }) => answer.decision_id) ?? [];
  const holdUntilMs = holdUntil(atMs);
  const kept = await evidence.store.keep(
    {
      chargeback,
      clientId: recorded?.event.dimensions.client ?? null,
      snapshot: recorded === null ? null : await snapshotOf(recorded),
      ...{ holdUntilMs, nowMs: services.clock() },
    },
    BUDGET_MS,
  );
  if (!kept.ok) return false;
  if (!(await labelChargeback(services, chargeback, decisionIds))) return false;
  const opened = await reports.open([chargebackReport(chargeback, recorded?.event ?? null, decisionIds)], BUDGET_MS);
  if (!opened.ok) return false;
  return (await webhooks.add([chargebackInitiated(chargeback, decisionIds, holdUntilMs)], BUDGET_MS)).ok;
}

/** What is known now, as text that its hash is of. */
async function snapshotOf(recorded: RecordedTransaction): Promise<{ readonly text: string; readonly sha256: string }> {
  const text = JSON.stringify(factsOf(recorded));
  return { text, sha256: await digestHex("SHA-256", text) };
}

/** The ground truth that backtests and statistics read; the same chargeback labels once. */
async function labelChargeback({ records }: Needed, { paymentId, atMs }: Chargeback, decisionIds: readonly string[]): Promise<boolean> {
  for (const decisionId of decisionIds) {
    const label = { decisionId, label: "chargeback", source: "payment", by: paymentId, labelledAtMs: atMs } as const;
    if (!(await records.putLabel(label, BUDGET_MS)).ok) return false;
  }
  return true;
}
