import type { Context } from "hono";
import { addFile, FileCall, type UploadRefusal } from "../../../../backoffice/evidence/add-file.ts";
import { readFile } from "../../../../backoffice/evidence/read-file.ts";
import { type FileRemoval, removeFile } from "../../../../backoffice/evidence/remove-file.ts";
import { EvidenceFile } from "../../../../core/evidence/evidence-file.ts";
import type { FileFault } from "../../../../core/evidence/inspect-file.ts";
import { requestBytes, streamOf } from "../../../byte-stream.ts";
import type { AppEnv } from "../../../context.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { attachment, EVIDENCE_PATH, evidenceDepsOf, transactionOf } from "./evidence-calls.ts";

const upload: Route = {
  method: "post",
  path: `${EVIDENCE_PATH}/files`,
  verb: "evidence.write",
  tag: "evidence",
  summary: "Add a screenshot or a document, up to 25 MiB, as the body itself",
  description:
    "`image/png`, `image/jpeg`, `image/webp`, `application/pdf` or `text/plain`, with its length; encrypted as it arrives. A text that holds a card number is refused; " +
    "what an image or a PDF shows cannot be read here: black out card numbers first. The same contents under the same name are the file that is there.",
  query: FileCall.omit({ transaction_id: true }),
  answers: { 201: { description: "The file", schema: EvidenceFile } },
  handle: async (c) => {
    const length = c.req.header("content-length");
    const head = {
      contentType: c.req.header("content-type") ?? null,
      sizeBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    };
    const input = { ...c.req.query(), transaction_id: transactionOf(c) };
    const added = await addFile(evidenceDepsOf(c.get("services")), staffContextOf(c), input, head, requestBytes(c));
    return added.ok ? c.json(added.value, 201) : answerProblem(c, problemOfUpload(added.error));
  },
};

const download: Route = {
  method: "get",
  path: `${EVIDENCE_PATH}/files/{file}`,
  verb: "evidence.read",
  tag: "evidence",
  summary: "A file's contents",
  answers: { 200: { description: "The file, with its content type and name" } },
  handle: async (c) => {
    const { store, files } = c.get("services").evidence;
    const read = await readFile({ evidence: store, files }, staffContextOf(c), { transactionId: transactionOf(c), id: idOf(c) });
    if (!read.ok) return answerProblem(c, problemOfStaffRefusal(read.error));
    const { file, body } = read.value;
    return c.body(streamOf(body), 200, {
      "content-type": file.content_type,
      "content-length": String(file.size_bytes),
      "content-disposition": attachment(file.name),
      "content-security-policy": "sandbox",
      etag: `"${file.version}"`,
    });
  },
};

const remove: Route = {
  method: "delete",
  path: `${EVIDENCE_PATH}/files/{file}`,
  verb: "evidence.write",
  tag: "evidence",
  summary: "Take a file out of the evidence",
  description: "It is neither shown nor exported any more; its bytes go with the record.",
  answers: { 204: { description: "It is out" } },
  handle: async (c) => {
    const input: typeof FileRemoval._input = { transaction_id: transactionOf(c), id: idOf(c) };
    const removed = await removeFile(evidenceDepsOf(c.get("services")), staffContextOf(c), input);
    return removed.ok ? c.body(null, 204) : answerProblem(c, problemOfStaffRefusal(removed.error));
  },
};

const idOf = (c: Context<AppEnv>): string => c.req.param("file") ?? "";

const SAID: Readonly<Record<FileFault, string>> = {
  too_short: "the body ended before its `content-length`: send it again",
  too_long: "the body is longer than its `content-length`",
  other_content: "the body does not begin as a file of its content type does",
  not_text: "the body is not UTF-8 text",
  card_number: "the file holds a card number: take it out, its last four digits are enough",
};

function problemOfUpload(refusal: UploadRefusal): Problem {
  switch (refusal.kind) {
    case "no_length":
      return { status: 411, code: "no_length", detail: "say how long the file is in `content-length`" };
    case "too_large":
      return { status: 413, code: "body_too_large", detail: `the file is larger than ${refusal.mostBytes} bytes` };
    case "content_type":
      return {
        status: 415,
        code: "content_type",
        detail: `send one of ${refusal.allowed.map((type) => `\`${type}\``).join(", ")} as \`content-type\``,
      };
    case "too_many":
      return { status: 422, code: "too_many_files", detail: `a transaction has at most ${refusal.most} files: take one out first` };
    case "file_refused":
      return {
        status: refusal.fault === "too_short" ? 400 : 422,
        code: refusal.fault,
        detail: SAID[refusal.fault],
        errors: [{ code: refusal.fault, path: "", message: SAID[refusal.fault] }],
      };
    default:
      return problemOfStaffRefusal(refusal);
  }
}

export const evidenceFileRoutes: readonly Route[] = [upload, download, remove];
