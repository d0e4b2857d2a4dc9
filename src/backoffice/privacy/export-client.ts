import type { AuditEntry } from "../../core/audit/entry.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AuditLog } from "../../ports/audit.ts";
import type { ExportSource } from "../../ports/privacy.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { type ErasureDeps, isClientKnown, latestErasure, UNKNOWN_CLIENT } from "./erase-client.ts";

const BUDGET_MS = 10_000;
const ROWS_PER_PAGE = 500;

export interface ExportDeps extends Pick<ErasureDeps, "erasures" | "memory" | "newId"> {
  readonly exports: ExportSource;
  readonly log: AuditLog;
}
/** Some rows of one section; a section may come in many parts. `missing`: a store failed, and the export is not complete. */
export type ExportPart =
  | { readonly section: string; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly section: string; readonly missing: string };

/**
 * Everything held about a client, part by part, so that a hundred thousand events need no memory. The reading is in the audit log before the first part
 * is given; the entry that says so is part of the export.
 */
export async function exportClient(
  deps: ExportDeps,
  context: StaffContext,
  clientId: string,
): Promise<Result<AsyncGenerator<ExportPart>, StaffRefusal>> {
  if (!contextMay(context, "clients.export")) return err({ kind: "not_allowed", verb: "clients.export", role: context.role });
  const isKnown = await isClientKnown(deps, clientId, context.nowMs);
  if (!isKnown.ok) return isKnown;
  const latest = await latestErasure(deps, clientId);
  if (!latest.ok) return latest;
  if (!isKnown.value && latest.value === null) return err(UNKNOWN_CLIENT);
  const noted = await deps.log.append([readingOf(deps, context, clientId)], BUDGET_MS);
  if (!noted.ok) return err({ kind: "unavailable", part: noted.error.source });
  return ok(partsOf(deps, clientId, latest.value === null ? [] : [{ ...latest.value }]));
}

async function* partsOf(
  deps: ExportDeps,
  clientId: string,
  erasures: readonly Readonly<Record<string, unknown>>[],
): AsyncGenerator<ExportPart> {
  for (const section of deps.exports.sections) {
    let after: string | null = null;
    do {
      const page = await deps.exports.page(section, clientId, after, ROWS_PER_PAGE, BUDGET_MS);
      if (!page.ok) {
        yield { section, missing: page.error.source };
        break;
      }
      yield { section, rows: page.value.rows };
      after = page.value.next;
    } while (after !== null);
  }
  const remembered = await deps.memory.read(clientId, BUDGET_MS);
  if (remembered.ok) yield { section: "memory", rows: remembered.value.map((row) => ({ ...row })) };
  else yield { section: "memory", missing: remembered.error.source };
  yield* auditParts(deps.log, clientId);
  yield { section: "erasures", rows: erasures };
}

async function* auditParts(log: AuditLog, clientId: string): AsyncGenerator<ExportPart> {
  const query = { action: null, actor: null, target: `client:${clientId}`, success: null, fromMs: null, toMs: null, limit: ROWS_PER_PAGE };
  let beforeSeq: number | null = null;
  do {
    const page: Awaited<ReturnType<AuditLog["find"]>> = await log.find({ ...query, beforeSeq }, BUDGET_MS);
    if (!page.ok) {
      yield { section: "audit", missing: page.error.source };
      return;
    }
    // Who acted is another person's data.
    yield {
      section: "audit",
      rows: page.value.map(({ seq, atMs, action, success, details, personal }) => ({
        seq,
        at: new Date(atMs).toISOString(),
        action,
        success,
        details,
        personal,
      })),
    };
    beforeSeq = page.value.length < ROWS_PER_PAGE ? null : (page.value.at(-1)?.seq ?? null);
  } while (beforeSeq !== null);
}

function readingOf({ newId }: ExportDeps, context: StaffContext, clientId: string): AuditEntry {
  return {
    id: newId(),
    atMs: context.nowMs,
    world: context.world,
    actor: { ...context.actor, role: context.role },
    action: "client.export",
    target: { kind: "client", id: clientId, isPersonal: true },
    success: true,
    address: context.address,
    requestId: context.requestId,
    details: {},
    personal: null,
  };
}
