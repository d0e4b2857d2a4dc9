import type { Context } from "hono";
import type { EvidenceFileDeps } from "../../../../backoffice/evidence/evidence-deps.ts";
import { ok, type Result } from "../../../../core/result.ts";
import type { Services } from "../../../../pipeline/services.ts";
import type { AppEnv } from "../../../context.ts";
import { readJson } from "../../../json-body.ts";
import type { Problem } from "../../../problem.ts";

export const EVIDENCE_PATH = "/api/admin/evidence/{transaction}";

export const transactionOf = (c: Context<AppEnv>): string => c.req.param("transaction") ?? "";

/** What staff actions on evidence need. */
export function evidenceDepsOf({ evidence, staff, newId }: Services): EvidenceFileDeps {
  return { writes: staff, newId, evidence: evidence.store, files: evidence.files };
}

/** Reads a JSON body with the path's transaction in it; the path decides. What is no object is left for the verb to refuse. */
export async function readAboutTransaction(c: Context<AppEnv>): Promise<Result<unknown, Problem>> {
  const body = await readJson(c);
  if (!body.ok || typeof body.value !== "object" || body.value === null || Array.isArray(body.value)) return body;
  return ok({ ...body.value, transaction_id: transactionOf(c) });
}

/** A file name as a header carries it (RFC 6266): ASCII for those who know no other, UTF-8 for the rest. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
