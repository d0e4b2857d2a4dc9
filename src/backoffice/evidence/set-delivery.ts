import * as z from "zod";
import { Delivery } from "../../core/evidence/delivery.ts";
import { err, ok } from "../../core/result.ts";
import type { Disputed, EvidenceRecord } from "../../ports/evidence.ts";
import { staffAction, type Versioned } from "../staff-action.ts";
import { EVIDENCE_BUDGET_MS, type EvidenceDeps, evidenceTarget, findKnown } from "./evidence-deps.ts";

export const DeliveryCall = z.strictObject({
  transaction_id: z.string().min(1).max(128),
  parcels: Delivery,
  version: z.int().nonnegative().optional(),
});
export interface SavedDelivery {
  readonly parcels: Delivery;
  readonly version: number;
}

/** Says how a transaction was delivered; replaces what was said before. */
export const setDelivery = staffAction<EvidenceDeps, z.infer<typeof DeliveryCall>, SavedDelivery>({
  verb: "evidence.write",
  action: "evidence.set_delivery",
  input: DeliveryCall,
  plan: async (deps, { transaction_id, parcels, version }, { world, nowMs }) => {
    const known = await findKnown(deps, transaction_id, world);
    if (!known.ok) return known;
    const { of, record, clientId } = known.value;
    if (record === null && version !== undefined && version !== 0)
      return err({ kind: "conflict", current: null, changed: null, difference: [] });
    return ok({
      change: deps.evidence.settingDelivery(of, clientId, parcels, record?.version ?? null, nowMs),
      target: evidenceTarget(transaction_id),
      current: record === null ? null : versioned(record),
      expected: version === 0 ? undefined : version,
      after: { parcels: parcels.length },
      personal: { parcels },
      reread: () => reread(deps, of),
      output: { parcels, version: (record?.version ?? 0) + 1 },
    });
  },
});

async function reread({ evidence }: EvidenceDeps, of: Disputed) {
  const found = await evidence.find(of, EVIDENCE_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versioned(found.value)) : found;
}

/** How many only: addresses and names are personal, and the audit log keeps them sealed. */
const versioned = ({ version, delivery }: EvidenceRecord): Versioned => ({ version, state: { parcels: delivery.length } });
