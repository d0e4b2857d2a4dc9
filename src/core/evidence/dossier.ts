import * as z from "zod";
import { Communication } from "./communication.ts";
import { CompellingEvidence } from "./compelling-evidence.ts";
import { Delivery } from "./delivery.ts";
import { EvidenceFile } from "./evidence-file.ts";
import { TransactionFacts } from "./transaction-facts.ts";

/** All evidence of one transaction, as staff see it and a bank gets it. */
export const Dossier = z.object({
  transaction_id: z.string(),
  livemode: z.boolean(),
  made_at: z.string(),
  /** Null when neither the record nor a snapshot of it is left. */
  transaction: TransactionFacts.nullable(),
  /** `record`: as it is now. `snapshot`: as it was when the chargeback came, because the record's time is over. */
  taken_from: z.enum(["record", "snapshot"]).nullable(),
  chargeback: z.object({ payment_id: z.string(), at: z.string(), reason_code: z.string().nullable() }).nullable(),
  /** What was known when the chargeback came, kept unchanged. */
  snapshot: z.object({ taken_at: z.string(), sha256: z.string() }).nullable(),
  /** Legal hold: kept until then whatever is erased. */
  hold_until: z.string().nullable(),
  delivery: Delivery,
  /** Of the delivery, for `If-Match`; 0 when nothing was added yet. */
  version: z.int(),
  communications: z.array(Communication),
  files: z.array(EvidenceFile),
  /** Null when the transaction's record is not there to be compared, or the search took too long (then named in `degraded`). */
  compelling_evidence: CompellingEvidence.nullable(),
  degraded: z.array(z.string()),
});
export type Dossier = z.infer<typeof Dossier>;
