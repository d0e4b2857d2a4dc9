import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { ChainedRow, ChainHead } from "../../core/audit/chain.ts";
import { type AuditDetails, storable } from "../../core/audit/entry.ts";
import { type AuditSealer, keyIdsOf } from "../../core/audit/seal.ts";
import { ok, type Result } from "../../core/result.ts";
import type { AuditLog, AuditQuery, AuditRow } from "../../ports/audit.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { auditHead, auditKeys, auditLog } from "./schema/audit.ts";
import { prepareChange } from "./staff-change.ts";

/** The audit log in Postgres: appended through one function, read by filters, page by page from the newest. */
export function createAuditLog(database: Database, sealer: AuditSealer): AuditLog {
  return {
    async append(entries, budgetMs) {
      if (entries.length === 0) return ok(undefined);
      const batch = await sealer.seal(entries);
      return ask(database, budgetMs, async (session) => {
        await session.execute(sql`select append_audit(${JSON.stringify(batch.entries)}::json, ${JSON.stringify(batch.keys)}::json)`);
      });
    },
    async find(query, budgetMs) {
      const targets = query.target === null ? null : await targetNames(sealer, query.target);
      const found = await ask(database, budgetMs, async (session) => {
        const filter = and(...filtersOf(query, targets));
        const rows = await session.select().from(auditLog).where(filter).orderBy(desc(auditLog.seq)).limit(query.limit);
        const ids = [...new Set(rows.flatMap(({ sealed }) => keyIdsOf(sealed)))];
        return { rows, keys: ids.length === 0 ? [] : await session.select().from(auditKeys).where(inArray(auditKeys.id, ids)) };
      });
      if (!found.ok) return found;
      const { rows, keys } = found.value;
      const keyOf = new Map(keys.map((key) => [key.id, key]));
      return ok(await Promise.all(rows.map((row) => readRow(sealer, row, keyOf))));
    },
    head: (budgetMs) => auditHeadOf(database, budgetMs),
    async erasing(target) {
      const subject = await sealer.subjectOf(target);
      return prepareChange(() => [sql`select erase_audit_subject(${subject}) as erased`]);
    },
  };
}

/** Where the chain ends, as whoever appends sees it. */
export function auditHeadOf(database: Database, budgetMs: number): Promise<Result<ChainHead, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const [head] = await session.select({ seq: auditHead.seq, hash: auditHead.hash }).from(auditHead).limit(1);
    if (head === undefined) throw new Error("the audit log has no head");
    return head;
  });
}

/** The next rows of the chain after a number, oldest first, as they are stored. */
export function listChain(
  database: Database,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
  budgetMs: number,
): Promise<Result<readonly ChainedRow[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const rows = await session.select().from(auditLog).where(gt(auditLog.seq, afterSeq)).orderBy(asc(auditLog.seq)).limit(limit);
    return rows.map(({ occurredAt, ...row }) => ({ ...row, atMs: occurredAt.getTime() }));
  });
}

type StoredRow = typeof auditLog.$inferSelect;
type StoredKey = typeof auditKeys.$inferSelect;

async function readRow(sealer: AuditSealer, row: StoredRow, keyOf: ReadonlyMap<string, StoredKey>): Promise<AuditRow> {
  const keys = keyIdsOf(row.sealed).flatMap((id) => keyOf.get(id) ?? []);
  const parts = await sealer.open(row, keys);
  const who = parts.find(({ of }) => of === "actor");
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const { seq, id, world, actor, role, action, target, success, requestId, hash } = row;
  return {
    ...{ seq, id, world, role, action, target, success, requestId, hash },
    atMs: row.occurredAt.getTime(),
    actor: { id: actor, name: text(who?.values?.name), address: text(who?.values?.address) },
    details: JSON.parse(row.details) as AuditDetails,
    personal: parts.find(({ of }) => of === "target")?.values ?? null,
    isErased: parts.some(({ values }) => values === null),
  };
}

function filtersOf(query: AuditQuery, targets: readonly string[] | null): SQL[] {
  return [
    ...(query.action === null ? [] : [eq(auditLog.action, storable(query.action))]),
    ...(query.actor === null ? [] : [eq(auditLog.actor, storable(query.actor))]),
    ...(targets === null ? [] : [inArray(auditLog.target, [...targets])]),
    ...(query.success === null ? [] : [eq(auditLog.success, query.success)]),
    ...(query.fromMs === null ? [] : [sql`${auditLog.occurredAt} >= ${toInstant(query.fromMs)}::timestamptz`]),
    ...(query.toMs === null ? [] : [sql`${auditLog.occurredAt} < ${toInstant(query.toMs)}::timestamptz`]),
    ...(query.beforeSeq === null ? [] : [lt(auditLog.seq, query.beforeSeq)]),
  ];
}

/** `kind:id` as it would be stored in clear and as a personal id's digest: who asks knows the person, not how the log names them. */
async function targetNames(sealer: AuditSealer, text: string): Promise<readonly string[]> {
  const at = text.indexOf(":");
  if (at < 1) return [storable(text)];
  const [kind, id] = [text.slice(0, at), text.slice(at + 1)];
  return [storable(text), await sealer.targetOf({ kind, id, isPersonal: true })];
}
