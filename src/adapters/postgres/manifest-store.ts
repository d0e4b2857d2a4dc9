import { desc, eq, lt, type SQL, sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { ManifestRecord, ManifestStore, NewManifest, SavingConditions, VersionContent } from "../../ports/configuration.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { contents, manifests } from "./schema/configuration.ts";
import { prepareChange } from "./staff-change.ts";

const FIELDS = {
  seq: manifests.seq,
  hash: manifests.hash,
  text: sql<string>`${manifests.content}::text`,
  author: manifests.author,
  message: manifests.message,
  kind: manifests.kind,
  source: manifests.source,
  parent: manifests.parent,
  createdAtMs: sql<number>`(extract(epoch from ${manifests.createdAt}) * 1000)::float8`,
};

/** Every configuration that went live, with its contents (D3). */
export function createManifestStore(database: Database): ManifestStore {
  return {
    latest: (budgetMs) => latestManifest(database, budgetMs),
    bySeq: (seq, budgetMs) => loadManifest(database, seq, budgetMs),
    history: ({ beforeSeq, limit }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const below = beforeSeq === null ? undefined : lt(manifests.seq, beforeSeq);
        return await session.select(FIELDS).from(manifests).where(below).orderBy(desc(manifests.seq)).limit(limit);
      }),
    saving: savingManifest,
    content: (hash, budgetMs) => loadContent(database, hash, budgetMs),
  };
}

export function latestManifest(database: Database, budgetMs: number): Promise<Result<ManifestRecord | null, PostgresFault>> {
  return ask(
    database,
    budgetMs,
    async (session) => (await session.select(FIELDS).from(manifests).orderBy(desc(manifests.seq)).limit(1))[0] ?? null,
  );
}

export function loadManifest(database: Database, seq: number, budgetMs: number): Promise<Result<ManifestRecord | null, PostgresFault>> {
  return ask(
    database,
    budgetMs,
    async (session) => (await session.select(FIELDS).from(manifests).where(eq(manifests.seq, seq)).limit(1))[0] ?? null,
  );
}

/** The change that saves a manifest and its contents; the second to take a `seq` finds it stale. The draft and an approval move with it. */
function savingManifest(manifest: NewManifest, texts: readonly VersionContent[], conditions: SavingConditions = {}): StaffChange {
  const { draft, approval, report } = conditions;
  return prepareChange((when) => [
    // INVARIANT: whoever saves a version locks the draft first and an approval or a report next, so that two never wait for each other.
    sql`insert into manifests (seq, hash, content, author, message, kind, source, parent)
      select ${manifest.seq}::bigint, ${manifest.hash}, ${manifest.text}::json, ${manifest.author}, ${manifest.message}, ${manifest.kind}, ${manifest.source}::text,
        (select max(seq) from manifests where seq < ${manifest.seq}::bigint)
      from ${draft === undefined ? LOCKED_DRAFT : lockedDraft(draft.version)}${approval === undefined ? sql`` : waitingApproval(approval.id)}${
        report === undefined ? sql`` : lockedReport(report)
      }
      on conflict (seq) do nothing returning seq`,
    sql`insert into contents (hash, kind, text)
      select hash, kind, text from json_to_recordset(${JSON.stringify(texts)}::json) as c(hash text, kind text, text text) where ${when}
      on conflict do nothing`,
    movingDraft(manifest, texts, draft, when),
    ...(approval === undefined ? [] : [approving(approval, manifest.seq, when)]),
  ]);
}

const LOCKED_DRAFT = sql`(select count(*) from (select from rule_draft for update) as row) as draft`;
const lockedDraft = (version: number) => sql`(select from rule_draft where version = ${version}::integer for update) as draft`;
const waitingApproval = (id: string) => sql`, (select from rule_approvals where id = ${id} and state = 'pending' for update) as approval`;

const lockedReport = ({ id, version }: NonNullable<SavingConditions["report"]>) =>
  sql`, (select from fraud_reports where id = ${id} and version = ${version}::integer for update) as report`;

/** The draft follows unless somebody edited it; an edited one still follows a version whose sources are those it was made from. */
function movingDraft(manifest: NewManifest, texts: readonly VersionContent[], draft: SavingConditions["draft"], when: SQL): SQL {
  const own = texts.find(({ kind }) => kind === "source")?.text ?? null;
  const sources = own === null ? sql`(select text from contents where hash = ${manifest.source}::text)` : sql`${own}::text`;
  const isRewritten = draft !== undefined;
  const text = isRewritten ? sql`${draft.text}::text` : sql`case when d.is_edited then d.sources else excluded.sources end`;
  const isSameSource = sql`(select m.source from manifests as m where m.seq = d.base_seq) = ${manifest.source}::text`;
  const isUpToDate = sql`d.base_seq = ${manifest.seq - 1}::bigint`;
  const isCarried = isRewritten ? isUpToDate : sql`not d.is_edited or (${isUpToDate} and ${isSameSource})`;
  const follows = sql`(${text} = excluded.sources or ${isCarried})`;
  return sql`insert into rule_draft as d (one, version, base_seq, sources, is_edited, updated_by, updated_at)
    select true, 1, ${manifest.seq}::bigint, s.sources, false, ${manifest.author}, now() from (select ${sources} as sources) as s
    where ${when} and s.sources is not null
    on conflict (one) do update set
      version = d.version + (d.sources <> ${text})::integer,
      base_seq = case when ${follows} then excluded.base_seq else d.base_seq end,
      is_edited = ${text} <> excluded.sources,
      updated_by = case when d.sources <> ${text} then ${draft?.updatedBy ?? manifest.author} else d.updated_by end,
      updated_at = case when d.sources <> ${text} then now() else d.updated_at end,
      sources = ${text}`;
}

function approving({ id, decidedBy, note }: NonNullable<SavingConditions["approval"]>, seq: number, when: SQL): SQL {
  return sql`update rule_approvals set state = 'approved', decided_by_id = ${decidedBy.id}, decided_by_name = ${decidedBy.name}, decided_at = now(),
      note = ${note}, seq = ${seq}::bigint
    where id = ${id} and state = 'pending' and ${when}`;
}

function loadContent(database: Database, hash: string, budgetMs: number): Promise<Result<string | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const found = await session.select({ text: contents.text }).from(contents).where(eq(contents.hash, hash)).limit(1);
    return found[0]?.text ?? null;
  });
}
