import * as z from "zod";
import { addCommunication, CommunicationCall } from "../../../../backoffice/evidence/add-communication.ts";
import { exportDossier } from "../../../../backoffice/evidence/export-dossier.ts";
import { readDossier } from "../../../../backoffice/evidence/read-dossier.ts";
import { DeliveryCall, setDelivery } from "../../../../backoffice/evidence/set-delivery.ts";
import { Communication } from "../../../../core/evidence/communication.ts";
import { Delivery } from "../../../../core/evidence/delivery.ts";
import { Dossier } from "../../../../core/evidence/dossier.ts";
import { streamOf } from "../../../byte-stream.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { attachment, EVIDENCE_PATH, evidenceDepsOf, readAboutTransaction, transactionOf } from "./evidence-calls.ts";
import { evidenceFileRoutes } from "./evidence-files.ts";

const read: Route = {
  method: "get",
  path: EVIDENCE_PATH,
  verb: "evidence.read",
  tag: "evidence",
  summary: "All evidence of a transaction",
  description:
    "What was recorded of it, what staff added, and the prior undisputed transactions of the same customer as Visa's Compelling Evidence 3.0 asks. " +
    "A chargeback comes in as a `payment` event of status `chargeback`: it opens a case and keeps what is known at that moment.",
  answers: { 200: { description: "The evidence; `version` is of the delivery", schema: Dossier } },
  handle: async (c) => {
    const found = await readDossier({ evidence: c.get("services").evidence.store }, staffContextOf(c), transactionOf(c));
    return found.ok ? c.json(found.value.dossier) : answerProblem(c, problemOfStaffRefusal(found.error));
  },
};

const deliver: Route = {
  method: "put",
  path: `${EVIDENCE_PATH}/delivery`,
  verb: "evidence.write",
  tag: "evidence",
  summary: "Say how it was delivered: carrier, tracking number, times, signature",
  description:
    "Replaces all parcels. With `If-Match` or `version` (0 when there is none yet), a change that somebody else made first is a 409 that tells it.",
  body: DeliveryCall.omit({ transaction_id: true }),
  answers: { 200: { description: "The delivery as it is now", schema: z.object({ parcels: Delivery, version: z.int() }) } },
  handle: async (c) => {
    const body = await readAboutTransaction(c);
    if (!body.ok) return answerProblem(c, body.error);
    const saved = await setDelivery(evidenceDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!saved.ok) return answerProblem(c, problemOfStaffRefusal(saved.error));
    c.header("etag", `"${saved.value.version}"`);
    return c.json(saved.value);
  },
};

const communicate: Route = {
  method: "post",
  path: `${EVIDENCE_PATH}/communications`,
  verb: "evidence.write",
  tag: "evidence",
  summary: "Add what the customer wrote or was written",
  body: CommunicationCall.omit({ transaction_id: true }),
  answers: { 201: { description: "The message", schema: Communication } },
  handle: async (c) => {
    const body = await readAboutTransaction(c);
    if (!body.ok) return answerProblem(c, body.error);
    const added = await addCommunication(evidenceDepsOf(c.get("services")), staffContextOf(c), body.value);
    return added.ok ? c.json(added.value, 201) : answerProblem(c, problemOfStaffRefusal(added.error));
  },
};

const download: Route = {
  method: "get",
  path: `${EVIDENCE_PATH}/export`,
  verb: "evidence.export",
  tag: "evidence",
  summary: "The evidence as a ZIP for a bank: a PDF, the JSON, the files and their hashes",
  description:
    "`evidence.pdf`, `evidence.json`, `snapshot.json` of a chargeback, `files/…` and `manifest.sha256`, which `sha256sum -c` checks.",
  answers: { 200: { description: "A ZIP archive, streamed" } },
  handle: async (c) => {
    const { store, files, printer, archive } = c.get("services").evidence;
    const made = await exportDossier({ evidence: store, files, printer, archive }, staffContextOf(c), transactionOf(c));
    if (!made.ok) return answerProblem(c, problemOfStaffRefusal(made.error));
    return c.body(streamOf(made.value), 200, {
      "content-type": "application/zip",
      "content-disposition": attachment(
        `evidence-${transactionOf(c)
          .replace(/[^\w.-]+/g, "_")
          .slice(0, 80)}.zip`,
      ),
    });
  },
};

export const evidenceRoutes: readonly Route[] = [read, deliver, communicate, download, ...evidenceFileRoutes];
