import * as z from "zod";
import { type Communication, NewCommunication } from "../../core/evidence/communication.ts";
import { ok } from "../../core/result.ts";
import { staffAction } from "../staff-action.ts";
import { type EvidenceDeps, evidenceTarget, findKnown } from "./evidence-deps.ts";

export const CommunicationCall = NewCommunication.extend({ transaction_id: z.string().min(1).max(128) });

/** Adds a message between shop and customer; what was said stays said. */
export const addCommunication = staffAction<EvidenceDeps, z.infer<typeof CommunicationCall>, Communication>({
  verb: "evidence.write",
  action: "evidence.add_communication",
  input: CommunicationCall,
  plan: async (deps, { transaction_id, ...said }, { world, nowMs, actor }) => {
    const known = await findKnown(deps, transaction_id, world);
    if (!known.ok) return known;
    const at = new Date(said.at).toISOString();
    const communication = { ...said, at, id: deps.newId(), added_at: new Date(nowMs).toISOString(), added_by: actor.id };
    const { id, channel, direction } = communication;
    return ok({
      change: deps.evidence.addingCommunication(known.value.of, known.value.clientId, communication, nowMs),
      target: evidenceTarget(transaction_id),
      current: null,
      after: { communication: id, channel, direction, at },
      reread: async () => ok(null),
      output: communication,
    });
  },
});
