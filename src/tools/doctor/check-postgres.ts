import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { is, sql } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import * as z from "zod";
import { ask, createDatabase, type Database } from "../../adapters/postgres/database.ts";
import type { PostgresFault } from "../../adapters/postgres/fault.ts";
import { latestManifest } from "../../adapters/postgres/manifest-store.ts";
import { REPOSITORY } from "../local/repository.ts";
import type { Vars } from "../local/stack-vars.ts";
import { distanceOf, type Finding, measure, shownMs } from "./finding.ts";

const PATIENCE_MS = 20_000;
/** A compute that slept takes some hundred milliseconds to wake; a new TLS connection to another continent as long, but hardly five round trips more. */
const WAKING_MS = 300;
const MIGRATE = "`DATABASE_URL=postgresql://… npm run migrate`";

const Journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })).min(1) });

export interface PostgresFindings {
  readonly findings: readonly Finding[];
  /** The newest published version; null for none, undefined when Postgres could not be asked. */
  readonly publishedSeq: number | null | undefined;
}

/** Asks Postgres over Neon's protocol, as the Worker does: the way there, its migrations, what was published, what could not be recorded. */
export async function checkPostgres(vars: Vars, deadlineMs: number): Promise<PostgresFindings> {
  if (!vars.DATABASE_URL)
    return { findings: [wrong("DATABASE_URL is not set", "set it to Neon's connection string")], publishedSeq: undefined };
  const database = createDatabase({ url: vars.DATABASE_URL, endpoint: vars.NEON_HTTP_ENDPOINT ?? null });
  const measured = await measure(async () => {
    const answer = await ask(database, PATIENCE_MS, (session) => session.execute(sql`select 1`));
    return answer.ok ? null : answer.error;
  });
  if ("fault" in measured) return { findings: [wrong(...unreachable(measured.fault))], publishedSeq: undefined };
  const { firstMs, medianMs } = measured;
  const waking: readonly Finding[] =
    firstMs > WAKING_MS && firstMs > 5 * medianMs
      ? [
          {
            state: "warning",
            part: "Postgres",
            says: `its first answer took ${shownMs(firstMs)}, as of a compute that slept`,
            fix: "switch off scale to zero in Neon's settings of the compute (deploy/README.md, A database that sleeps)",
          },
        ]
      : [];
  const migrations = await checkMigrations(database);
  const published = migrations.state === "wrong" ? null : await latestManifest(database, PATIENCE_MS);
  return {
    findings: [
      distanceOf("Postgres", medianMs, deadlineMs, "from here"),
      ...waking,
      migrations,
      ...(published === null ? [] : await checkDeadLetters(database)),
    ],
    publishedSeq: published?.ok === true ? (published.value?.seq ?? null) : undefined,
  };
}

async function checkMigrations(database: Database): Promise<Finding> {
  const { entries } = Journal.parse(readJson("migrations/meta/_journal.json"));
  const applied = await ask(database, PATIENCE_MS, async (session) => {
    const { rows } = await session.execute<{ last: number | null }>(
      sql`select max(created_at)::float8 as last from drizzle.__drizzle_migrations`,
    );
    return rows[0]?.last ?? 0;
  });
  // The application's role may not read what the migrator wrote down; anybody may read the catalogue.
  if (!applied.ok && applied.error.sqlState === "42501") return compareTables(database);
  const hasNone = !applied.ok && (applied.error.sqlState === "42P01" || applied.error.sqlState === "3F000");
  if (!applied.ok && !hasNone)
    return wrong(`its migrations cannot be read (${applied.error.detail})`, "ask with a role that may read them");
  const last = applied.ok ? applied.value : 0;
  const missing = entries.filter(({ when }) => when > last);
  if (missing.length > 0) return wrong(`${missing.length} of ${entries.length} migrations are missing, from ${missing[0]?.tag}`, MIGRATE);
  if (last > (entries.at(-1)?.when ?? last))
    return {
      state: "warning",
      part: "Postgres",
      says: "it has migrations that this checkout does not know",
      fix: "check out the release that runs",
    };
  return { state: "ok", part: "Postgres", says: `all ${entries.length} migrations are applied` };
}

async function compareTables(database: Database): Promise<Finding> {
  const columns = await ask(database, PATIENCE_MS, async (session) => {
    const { rows } = await session.execute<{ name: string }>(sql`
      select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`);
    return new Set(rows.map(({ name }) => name));
  });
  if (!columns.ok) return wrong(`its tables cannot be read (${columns.error.detail})`, "try again");
  const wanted = await columnsOfSchema();
  const missing = wanted.filter((name) => !columns.value.has(name));
  if (missing.length > 0) return wrong(`migrations are missing: there is no ${missing.slice(0, 3).join(", no ")}`, MIGRATE);
  return { state: "ok", part: "Postgres", says: "every table and column that the code reads is there" };
}

async function checkDeadLetters(database: Database): Promise<readonly Finding[]> {
  const count = await ask(database, PATIENCE_MS, async (session) => {
    const { rows } = await session.execute<{ n: number }>(sql`select count(*)::float8 as n from dead_letters`);
    return rows[0]?.n ?? 0;
  });
  if (!count.ok || count.value === 0) return [];
  const says = `${count.value} dead letters: what could not be recorded`;
  return [{ state: "warning", part: "Postgres", says, fix: "deploy/runbook.md says what to do with them" }];
}

function unreachable({ sqlState, reason, detail }: PostgresFault): [says: string, fix: string] {
  if (sqlState?.startsWith("28") || /password authentication/.test(detail))
    return ["it refuses the user or the password", "set DATABASE_URL to the connection string that Neon shows"];
  if (sqlState === "3D000") return ["there is no such database", "name an existing database at the end of DATABASE_URL"];
  const why = reason === "timeout" ? `no answer in ${PATIENCE_MS / 1_000} s` : detail || reason;
  return [
    `it cannot be reached (${why})`,
    "check the host in DATABASE_URL and that the project is not suspended; a local stack starts it with `npm start`",
  ];
}

const wrong = (says: string, fix: string): Finding => ({ state: "wrong", part: "Postgres", says, fix });

/** `table.column` of every table that the code knows. */
async function columnsOfSchema(): Promise<readonly string[]> {
  const folder = join(REPOSITORY, "src/adapters/postgres/schema");
  const modules: object[] = await Promise.all(readdirSync(folder).map((name) => import(join(folder, name))));
  const tables = modules.flatMap((exports) => Object.values(exports)).filter((value) => is(value, PgTable));
  return tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.map((column) => `${name}.${column.keyAsName ? toSnakeCase(column.name) : column.name}`);
  });
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(REPOSITORY, path), "utf8"));
