import { type SQL, sql } from "drizzle-orm";
import type { AuditSealer } from "../../core/audit/seal.ts";
import { type HeldKind, HOLDS, LONGEST_HOLD_MS } from "../../core/privacy/erasure.ts";
import type { Result } from "../../core/result.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { ask, type Database, type Session } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { entitiesOf } from "./privacy-names.ts";
import { RECORD_STEPS } from "./privacy-record-steps.ts";

/**
 * Erases one step of what names the client outside its events, some rows at most, and gives the place of the next; null at the end. The first says what
 * is held. A step may be repeated, and a run that breaks off is taken up at the last place at which rows were erased.
 */
export function eraseRecords(
  database: Database,
  sealer: AuditSealer,
  { work, place, nowMs }: { readonly work: ErasureWork; readonly place: string | null; readonly nowMs: number },
  budgetMs: number,
): Promise<Result<string | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const [name, after] = readPlace(place);
    const at = RECORD_STEPS.findIndex((step) => step.name === name);
    const step = RECORD_STEPS[at];
    if (step === undefined) {
      await holdRecords(session, work, nowMs);
      return writePlace(RECORD_STEPS[0]?.name, null);
    }
    const { rows } = await session.execute<ErasedRows>(step.statement({ work, now: toInstant(nowMs), after }));
    const [ids, last] = [rows.flatMap((row) => row.ids ?? []), rows[0]?.last ?? null];
    const { audited } = step;
    // What the log says of a record is sealed under the record's own key.
    if (audited !== null)
      await forgetAudited(
        session,
        sealer,
        ids.map((id) => ({ kind: audited, id })),
      );
    const next = last === null ? writePlace(RECORD_STEPS[at + 1]?.name, null) : writePlace(step.name, last);
    if (next === null) await forgetEntities(session, sealer, work);
    const { counts } = step;
    const counted = sql`counts || jsonb_build_object(${counts}::text, coalesce((counts ->> ${counts})::float8, 0) + ${ids.length}::float8)`;
    if (ids.length > 0 || last !== null)
      await session.execute(
        sql`update erasures set place = ${next ?? place}, counts = ${ids.length === 0 ? sql`counts` : counted} where id = ${work.id}`,
      );
    return next;
  });
}

interface ErasedRows {
  readonly [column: string]: unknown;
  readonly ids: readonly string[] | null;
  readonly last: string | null;
}

/** Of callers without a key the log knows an address alone. */
async function forgetEntities(session: Session, sealer: AuditSealer, work: ErasureWork): Promise<void> {
  const { rows } = await session.execute<{ kind: string; value: string }>(sql`select kind, value from ${entitiesOf(work)} entity`);
  await forgetAudited(
    session,
    sealer,
    rows.flatMap(({ kind, value }) => [{ kind, id: value }, ...(kind === "ip" ? [{ kind: "address", id: value }] : [])]),
  );
}

/** A place is the step's name and, within a step of many rows, the key of the last one read. An unknown name begins anew. */
const writePlace = (name: string | undefined, after: string | null): string | null =>
  name === undefined ? null : after === null ? name : `${name} ${after}`;
const readPlace = (place: string | null): readonly [string, string | null] => {
  const end = place?.indexOf(" ") ?? -1;
  return place === null ? ["", null] : end < 0 ? [place, null] : [place.slice(0, end), place.slice(end + 1)];
};

async function holdRecords(session: Session, work: ErasureWork, nowMs: number): Promise<void> {
  const [now, longest] = [toInstant(nowMs), sql`${toInstant(nowMs + LONGEST_HOLD_MS)}::timestamptz`];
  const hold = (kind: HeldKind, id: SQL, until: SQL, from: SQL) => sql`
    insert into erasure_holds (erasure_id, kind, record_id, reason, until_at)
    select distinct ${work.id}, ${kind}, ${id}, ${HOLDS[kind]}, ${until} from ${from} on conflict do nothing`;
  const entities = entitiesOf(work);
  await session.execute(
    hold(
      "block",
      sql`l.id`,
      sql`least(l.expires_at, ${longest})`,
      sql`list_entries l join ${entities} n on l.kind = n.kind and (l.value = n.value or l.entity = n.value)
      where l.is_active and l.verdict = 'block' and (l.expires_at is null or l.expires_at > ${now}::timestamptz)`,
    ),
  );
  await session.execute(
    hold(
      "report",
      sql`r.id`,
      longest,
      sql`fraud_reports r join ${entities} n on r.entity_kind = n.kind and r.entity_value = n.value
      where r.status in ('pending', 'reviewing')`,
    ),
  );
  await session.execute(
    hold(
      "evidence",
      sql`transaction_id`,
      sql`max(hold_until)`,
      sql`evidence_records where client_id = ${work.clientId} and hold_until > ${now}::timestamptz
      group by transaction_id`,
    ),
  );
}

/** Destroys the keys under which the audit log sealed what it says of these; the chain stays whole. */
export async function forgetAudited(
  session: Session,
  sealer: AuditSealer,
  persons: readonly { readonly kind: string; readonly id: string }[],
): Promise<void> {
  const subjects = await Promise.all(persons.map((person) => sealer.subjectOf({ ...person, isPersonal: true })));
  await session.execute(sql`select erase_audit_subject(subject) from json_array_elements_text(${JSON.stringify(subjects)}::json) subject`);
}
