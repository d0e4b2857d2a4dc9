import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialect } from "../../src/adapters/postgres/database.ts";
import { createErasureStore } from "../../src/adapters/postgres/privacy-erasures.ts";
import { createExportSource } from "../../src/adapters/postgres/privacy-export.ts";
import { RECORD_STEPS, type RecordStep } from "../../src/adapters/postgres/privacy-record-steps.ts";
import { entitiesIn, NAME_KINDS, PERSONAL_TABLES } from "../../src/core/privacy/personal-places.ts";
import type { ErasureStore, ErasureWork } from "../../src/ports/privacy.ts";
import { testSealer } from "../support/builders/audit.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 60_000;
const CLIENTS = 10_000;
const NAMES = JSON.stringify(NAME_KINDS);

/** What stands in documents and columns as something else than an id: keys, reasons, types, numbers, words. */
const WORDS = [
  ...["client_id", "id", "type", "decision_id", "high", "amount_jump", "PAYMENT", "1", "%", "c\\", "client-1234", "ann@example.org"],
  ...Object.keys(NAME_KINDS),
  ...[
    "id",
    "type",
    "kind",
    "value",
    "target",
    "reasons",
    "rules",
    "values",
    "decision_id",
    "transaction_id",
    "evidence",
    "changes",
    "client:",
  ],
  ...[
    "amount_jump",
    "card_testing",
    "R1",
    "checkout/R1",
    "fraud.detected",
    "transaction.analyzed",
    "alert.raised",
    "PAYMENT",
    "transaction",
  ],
  ...[
    "attempted",
    "block",
    "allow",
    "high",
    "critical",
    "pending",
    "above",
    "x",
    "a",
    "1",
    "0",
    "10",
    "4012",
    "20",
    "1.5",
    "true",
    "null",
    "{}",
    "[]",
    "",
  ],
  ...[
    "%",
    "_",
    "c%",
    "c_",
    "c\\",
    "\\",
    "\\\\",
    '"',
    "'",
    "''",
    'c"',
    "c'",
    ".*",
    "c.",
    "(c",
    "[c]",
    "c|d",
    "$1",
    "\\1",
    "{c}",
    "c\tb",
    "c\nb",
    "c b",
  ],
  ...[
    "ü",
    "Ü",
    "u\u0308",
    "客户",
    "ß",
    "ss",
    "𝒞",
    "é",
    "e\u0301",
    "ann",
    "Ann",
    "ANN",
    "ann@example.org",
    "Ann@example.org",
    "ann@example.org.de",
  ],
  ...[
    "client-1234",
    "client-1234-b",
    "client-12345",
    "xclient-1234",
    "client-1234.b",
    "client-1234 b",
    "CLIENT-1234",
    "2026-11-30T10:00:00.000Z",
  ],
].filter((word) => word !== "");
const CLIENT_IDS = [
  ...new Set([
    ...WORDS,
    ...WORDS.flatMap((word) => [`${word}1`, `x${word}`, `${word}-${word}`, word.toUpperCase(), word.slice(0, -1), `${word}%`, `${word} `]),
    ...Array.from({ length: CLIENTS }, (_, n) => (n % 3 === 0 ? `c-${n}` : n % 3 === 1 ? String(n) : `client-${n}@shop-${n % 7}.example`)),
  ]),
]
  .filter((id) => id !== "" && id.isWellFormed())
  .slice(0, CLIENTS);
/** So many of them are erased one by one; of all it is asked set by set whose rows name them. */
const SAMPLE = 40;

/** Rows by table: the number of the client whose they are. */
const OWNER: Readonly<Record<string, string>> = {
  events: "substring(id from '[0-9]+$')::int",
  decisions: "substring(decision_id from '[0-9]+$')::int",
  webhook_events: "substring(id from '[0-9]+$')::int",
  dead_letters: "substring(reason from '[0-9]+$')::int",
  alerts: "substring(dedup_key from '[0-9]+$')::int",
  fraud_reports: "substring(id from '[0-9]+$')::int",
  report_findings: "substring(report_id from '[0-9]+$')::int",
  report_history: "substring(report_id from '[0-9]+$')::int",
  report_related: "substring(report_id from '[0-9]+$')::int",
  list_entries: "substring(id from '[0-9]+$')::int",
  evidence_records: "substring(transaction_id from '[0-9]+$')::int",
  customer_communications: "substring(id from '[0-9]+$')::int",
  user_profiles: "(select n from clients c where c.id = client_id)",
  consents: "(select n from clients c where c.id = client_id)",
  behavioral_patterns: "(select n from clients c where c.id = client_id)",
  client_countries: "(select n from clients c where c.id = client_id)",
};

/** Tables the filling leaves empty, of which a plan says nothing. */
const EMPTY = ["evidence_files", "ip_analysis", "ip_parties"];

let db: TestDatabase;
let store: ErasureStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createErasureStore(db.database, testSealer(), "UTC");
  await db.rows("create table clients (n int primary key, id text not null unique)");
  await db.rows("insert into clients select at::int - 1, id from jsonb_array_elements_text($1::jsonb) with ordinality as c (id, at)", [
    JSON.stringify(CLIENT_IDS),
  ]);
  for (const statement of FILLING)
    await db.rows(`with c as (
    select c.n, c.id, o.id as other from clients c join clients o on o.n = (c.n + 1) % ${CLIENTS}) ${statement}`);
  await db.rows("analyze");
}, 240_000);
afterAll(() => db?.close());

const ANSWER = `jsonb_build_object('decision_id', 'dec-' || n, 'reasons', '["amount_jump","high"]'::jsonb, 'client_id', id, 'dest_id', other,
  'type', 'PAYMENT', 'decided_by', jsonb_build_object('kind', 'block_list', 'type', 'client', 'value', id, 'reason', 'written down'),
  'rules', jsonb_build_array(jsonb_build_object('id', 'R1', 'values', jsonb_build_object('client_id', id, 'dest_id', other, 'transaction_type', 'PAYMENT', 'n', 1.5))))`;
/** A stack in which every client has a row in every table that holds what is a person's, and is the recipient of the one before it. */
const FILLING = [
  `insert into events (livemode, id, occurred_at, received_at, stage, type, transaction_type, status, amount_minor, currency, currency_exponent,
      client_id, dest_id, device_id, body_hash, velocity_pending, body)
    select true, 'tx-' || n, date_trunc('second', now()), now() - interval '20 days', '', 'transaction', 'PAYMENT', 'attempted', 2000, 'EUR', 2, id, other,
      'device-of-' || n, 'h', false, jsonb_build_object('type', 'PAYMENT', 'client_id', id, 'dest_id', other, 'device_id', 'device-of-' || n, 'amount', 20) from c`,
  `insert into decision_ids (livemode, transaction_id, stage, decision_id, occurred_at, decided_at, outcome)
    select true, 'tx-' || n, '', 'dec-' || n, e.at, now(), 'block' from c join (select id as event_id, occurred_at as at from events) e on e.event_id = 'tx-' || n`,
  `insert into decisions (livemode, decision_id, transaction_id, stage, occurred_at, decided_at, outcome, risk_score, risk_level, probability, is_fraud,
      versions, degraded, out_of_range, recovered, body_hash, answer, facts, automatic_blocks)
    select true, 'dec-' || n, 'tx-' || n, '', e.at, now(), 'block', 90, 'CRITICAL', 0, true, '{}', '{}', '{}', false, 'h', ${ANSWER},
      jsonb_build_object('values', jsonb_build_object('client_id', c.id, 'dest_id', other, 'transaction_type', 'PAYMENT', 'amount', 20)),
      jsonb_build_array(jsonb_build_object('rule', 'R1', 'target', 'client', 'value', c.id)) from c join (select id as event_id, occurred_at as at from events) e on e.event_id = 'tx-' || n`,
  `insert into webhook_events (livemode, id, type, occurred_at, data) select true, 'fraud.detected:dec-' || n, 'fraud.detected', now(), ${ANSWER} from c`,
  `insert into webhook_events (livemode, id, type, occurred_at, data)
    select true, 'alert.raised:' || n, 'alert.raised', now(), jsonb_build_object('kind', 'high', 'title', 'above R1', 'details', jsonb_build_object('client', id)) from c`,
  `insert into dead_letters (text, reason) select jsonb_build_object('kind', 'entry', 'entry', jsonb_build_object('event', jsonb_build_object('type', 'transaction',
      'dimensions', jsonb_build_object('client', id, 'dest', other), 'body', jsonb_build_object('client_id', id, 'dest_id', other, 'type', 'PAYMENT'))))::text, 'dead ' || n from c`,
  `insert into alerts (livemode, kind, severity, dedup_key, title, details, first_seen_at, last_seen_at)
    select true, 'high', 'low', 'k' || n, 'amount_jump of the type PAYMENT', jsonb_build_object('client', id, 'direction', 'above', 'count', 10), now(), now() from c`,
  `insert into fraud_reports (id, livemode, dedup_key, type, severity, status, origin, entity_kind, entity_value, description, opened_at, last_found_at, findings)
    select 'report-' || n, true, 'trigger:' || n, 'account_takeover', 'high', 'confirmed', 'trigger', 'client', id, 'R1 fired, amount_jump, high', now(), now(), 1 from c`,
  `insert into report_findings (id, report_id, found_at, severity, description, evidence)
    select 'finding-' || n, 'report-' || n, now(), 'high', 'amount_jump', jsonb_build_object('client', id, 'reasons', '["amount_jump"]'::jsonb, 'n', 1) from c`,
  `insert into report_history (report_id, at, actor, action, note, changes)
    select 'report-' || n, now(), 'system:trigger', 'edit', 'high', jsonb_build_object('notes', '["", "block"]'::jsonb) from c`,
  `insert into report_related (report_id, kind, value) select 'report-' || n, 'device', 'device-of-' || n from c`,
  `insert into list_entries (id, livemode, verdict, kind, value, entity, reason, source, created_by, created_at, is_active, ended_at)
    select 'entry-' || n, true, 'block', 'client', id, id, 'amount_jump', 'staff', 'x', now(), false, now() from c`,
  `insert into evidence_records (livemode, transaction_id, client_id, delivery, created_at, version) select true, 'tx-' || n, id, '{}', now(), 1 from c`,
  `insert into customer_communications (id, livemode, transaction_id, occurred_at, channel, direction, text, added_at, added_by)
    select 'words-' || n, true, 'tx-' || n, now(), 'email', 'in', 'a block of the type high', now(), 'x' from c`,
  `insert into user_profiles (livemode, client_id, attributes, updated_at) select true, id, '{"tier":"high"}', now() from c`,
  `insert into consents (livemode, client_id, purpose, granted, given_at, source) select true, id, 'profiling', true, now(), 'x' from c`,
  `insert into behavioral_patterns (livemode, client_id, is_outlier_flag, login_frequency_7d, login_frequency_30d, last_updated) select true, id, false, 1, 1, now() from c`,
  `insert into client_countries (livemode, client_id, country, first_at, last_at) select true, id, 'DE', now(), now() from c`,
];

/** Which documents name whom, by the functions that erasing and exporting ask. */
const named = (table: string, document: string): string =>
  `select ${OWNER[table]} as n, e.kind, e.value from ${table} t cross join entities_in(${document}, '${NAMES}'::jsonb) e where e.kind in ('client', 'dest')`;
const OWN = "select n, 'client', id from clients";
const OTHER = `select c.n, 'dest', o.id from clients c join clients o on o.n = (c.n + 1) % ${CLIENTS}`;

test("every table says where it holds what is a person's or why it holds nothing, in columns that exist and a part of the export", async () => {
  const columns = await db.rows(`select table_name, column_name from information_schema.columns where table_schema = 'public'`);
  const tables = await db.rows(`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'clients' order by 1`);
  expect(tables.map(({ name }) => name)).toEqual(Object.keys(PERSONAL_TABLES).sort());
  const sections = [...createExportSource(db.database).sections, "erasures"];
  for (const [table, place] of Object.entries(PERSONAL_TABLES)) {
    if (typeof place === "string") continue;
    if (place.section !== null) expect(sections).toContain(place.section);
    for (const column of [...(place.values ?? []), ...(place.documents ?? []), ...(place.words ?? [])])
      expect(columns).toContainEqual({ table_name: table, column_name: column });
  }
});

const DOCUMENTS = [
  ["webhook_events", "data::jsonb", "id like 'fraud%'", `${OWN} union ${OTHER}`],
  ["dead_letters", "parsed_json(text)", "true", `${OWN} union ${OTHER}`],
  ["alerts", "details", "true", OWN],
  ["report_findings", "evidence", "true", OWN],
  ["decisions", "answer", "true", `${OWN} union ${OTHER}`],
  ["decisions", "facts", "true", `${OWN} union ${OTHER}`],
  ["decisions", "automatic_blocks", "true", OWN],
  ["events", "body", "true", `${OWN} union ${OTHER}`],
] as const;

test.each(DOCUMENTS)(
  "of 10^4 clients each is named by its own rows of %s (%s) and by no other",
  async (table, document, where, expected) => {
    const found = `${named(table, document)} and ${where}`;
    const wrong = await db.rows(`((${found}) except (${expected})) union all ((${expected}) except (${found})) limit 5`);
    expect(wrong).toEqual([]);
  },
  120_000,
);

test("indexes know what stands under which name as the service does", async () => {
  expect((await db.rows("select entity_names() as names"))[0]?.names).toEqual(NAME_KINDS);
});

test("the same document names the same entities in Postgres and in the service", async () => {
  const documents =
    await db.rows(`(select data::jsonb as d from webhook_events limit 300) union all (select text::jsonb from dead_letters limit 300)
    union all (select answer from decisions limit 300) union all (select automatic_blocks from decisions limit 300)`);
  const here = documents.map(({ d }) => [...new Set(entitiesIn(d).map(({ kind, value }) => `${kind} ${value}`))].sort());
  const [there] = await db.rows(
    `select jsonb_agg((select coalesce(jsonb_agg(kind || ' ' || value), '[]') from entities_in(d, '${NAMES}'::jsonb)) order by at) as all
      from jsonb_array_elements($1::jsonb) with ordinality as x (d, at)`,
    [JSON.stringify(documents.map(({ d }) => d))],
  );
  expect((Array.isArray(there?.all) ? there.all : []).map((entities: string[]) => [...new Set(entities)].sort())).toEqual(here);
});

test("a document is changed for nobody whom it does not name, whatever else of it reads like an id", async () => {
  const wrong = await db.rows(`
    with d as (select ${OWNER.webhook_events} as n, data::jsonb as doc from webhook_events where id like 'fraud%' order by 1 desc limit 40)
    select d.n, c.id from d join clients c on c.n < ${WORDS.length} and c.n <> d.n and c.n <> (d.n + 1) % ${CLIENTS}
    where pseudonymise(doc, jsonb_build_object('client', jsonb_build_array(c.id), 'dest', jsonb_build_array(c.id)), '${NAMES}'::jsonb, array[c.id], 'erased_1') <> doc limit 5`);
  expect(wrong).toEqual([]);
}, 120_000);

describe("words", () => {
  const erased = async (text: string, names: readonly string[]): Promise<unknown> =>
    (await db.rows("select erase_words($1, $2, 'erased_1') as text", [text, names]))[0]?.text;
  test.each([
    ["about client-1234.", ["client-1234"], "about erased_1."],
    ["`client-1234`, (client-1234) client-1234: client-1234", ["client-1234"], "`erased_1`, (erased_1) erased_1: erased_1"],
    ["client-1234-b client-12345 xclient-1234 a/client-1234 client-1234.b", ["client-1234"], null],
    ["ann@example.org and ann@example.org.de", ["ann@example.org"], "erased_1 and ann@example.org.de"],
    ["(c[1]*) \\1 $1", ["(c[1]*)", "\\1", "$1"], "erased_1 erased_1 erased_1"],
    ["collision:ip:203.0.113.7", ["203.0.113.7"], "collision:ip:erased_1"],
    ["203.0.113.77", ["203.0.113.7"], null],
    ["客户client-1234的", ["client-1234"], "客户erased_1的"],
    ["Übung", ["bung"], null],
  ])("%j without %j reads %j", async (text, names, left) => {
    expect(await erased(text, names)).toBe(left ?? text);
  });
  test.each([
    ["client-1234", true],
    ["ann@example.org", true],
    ["+4915112345678", true],
    ["203.0.113.7", true],
    ["6f1c0c39-0f4b-4c36-9b53-8f5b0a4f1c11", true],
    ["amount_jump", false],
    ["account_age_30d", false],
    ["20261130", false],
    ["2026-11-30T10:00:00.000Z", false],
    ["high", false],
  ])("%s can only be an identifier: %s", async (name, is) => {
    expect((await db.rows("select is_distinctive($1) as is", [name]))[0]?.is).toBe(is);
  });
});

async function erase(n: number): Promise<ErasureWork> {
  const work = { id: `erasure-${n}`, clientId: CLIENT_IDS[n] ?? "", pseudonym: `erased_${n}x`, beforeMs: Date.now() + 60_000, place: null };
  await db.rows(
    `insert into erasures (id, subject, client_id, pseudonym, status, before_at, requested_by, requested_at) values ($1, $1, $2, $3, 'running', now(), 'x', now())`,
    [work.id, work.clientId, work.pseudonym],
  );
  while (expectValue(await store.eraseEvents(work, 100, BUDGET_MS)) > 0);
  const own = expectValue(await store.unsettled(work, 100, BUDGET_MS));
  expectValue(await store.settle(work, own, [], BUDGET_MS));
  while (expectValue(await store.eraseEvents(work, 100, BUDGET_MS)) > 0);
  let place: string | null = null;
  do place = expectValue(await store.eraseRecords(work, place, Date.now(), BUDGET_MS));
  while (place !== null);
  return work;
}

/** How Postgres reads each table of a step, by the plan it makes. */
async function readingOf(step: RecordStep, work: ErasureWork): Promise<{ scan: string; table: string }[]> {
  const { sql: text, params } = dialect.sqlToQuery(step.statement({ work, now: new Date().toISOString(), after: null }));
  const [row] = await db.rows(`explain (format json) ${text}`, params);
  const found: { scan: string; table: string }[] = [];
  JSON.stringify(row?.["QUERY PLAN"], (_, node) => {
    if (node?.["Relation Name"] !== undefined && node["Node Type"] !== "ModifyTable")
      found.push({ scan: node["Node Type"], table: node["Relation Name"] });
    return node;
  });
  return found;
}

test.each(RECORD_STEPS.map((step) => [step.name, step] as const))(
  "the step %s finds its rows by an index, whatever the client is called",
  async (_, step) => {
    for (const clientId of ["type", "1", "high", "client_id", "client-1234"]) {
      const work = { id: "explained", clientId, pseudonym: "erased_x", beforeMs: 0, place: null };
      const read = (await readingOf(step, work)).filter(({ table }) => !table.startsWith("erasure_"));
      expect(read.filter(({ scan, table }) => scan === "Seq Scan" && !EMPTY.includes(table))).toEqual([]);
    }
  },
);

test("an erasure that broke off among many documents goes on where it was, and counts each once", async () => {
  const clientId = "client-of-many-1234";
  await db.rows(`insert into webhook_events (livemode, id, type, occurred_at, data)
    select true, 'alert.raised:many-' || n, 'alert.raised', now(), jsonb_build_object('client', '${clientId}') from generate_series(1, 1200) n`);
  await db.rows(
    "insert into erasures (id, subject, client_id, pseudonym, status, before_at, requested_by, requested_at) values ('many', 'many', $1, 'erased_many', 'running', now(), 'x', now())",
    [clientId],
  );
  const left = async () => (await db.rows("select count(*) as n from webhook_events where id like 'alert.raised:many-%'"))[0]?.n;
  const taken = async () => expectValue(await store.take("many", Date.now(), 0, BUDGET_MS)) ?? expect.fail("not taken");
  const [first, nowMs] = [await taken(), Date.now()];
  let { place } = first;
  for (; (await left()) === 1200; place = expectValue(await store.eraseRecords(first, place, nowMs, BUDGET_MS)));
  expect(await left()).toBe(700);

  const again = await taken();
  expect(again.place).toBe(place);
  for (let calls = 0; place !== null; calls++) {
    expect(calls).toBeLessThan(200);
    place = expectValue(await store.eraseRecords(again, place, nowMs, BUDGET_MS));
  }
  expect(await left()).toBe(0);
  expect((await db.rows("select counts from erasures where id = 'many'"))[0]?.counts).toEqual({ webhook_events: 1200 });
});

test("erasing clients that are called like keys, reasons, types, numbers and parts of others changes no row of anybody else and leaves none of theirs", async () => {
  for (const [table, owner] of Object.entries(OWNER))
    await db.rows(`create table before_${table} as select ${owner} as n, md5(t::text) as row from ${table} t`);
  for (let n = 0; n < SAMPLE; n++) await erase(n);

  for (const [table, owner] of Object.entries(OWNER)) {
    // Of the last client not erased the first of them is the recipient.
    const others = `n >= ${SAMPLE} and n < ${CLIENTS - 1}`;
    const after = `select ${owner} as n, md5(t::text) as row from ${table} t`;
    const changed = await db.rows(`(select * from before_${table} where ${others} except all select * from (${after}) a)
      union all (select * from (${after}) a where ${others} except all select * from before_${table}) limit 3`);
    expect({ table, changed }).toEqual({ table, changed: [] });
    const kept = await db.rows(
      `select n from before_${table} b where n < ${SAMPLE} and exists (select from (${after}) a where a.n = b.n and a.row = b.row) limit 3`,
    );
    expect({ table, kept }).toEqual({ table, kept: [] });
  }
  const erased = `select id from clients where n < ${SAMPLE}`;
  const places = [
    ...["client_id", "dest_id"].map((column) => `select '${column}' as place, ${column} as left from events`),
    ...["user_profiles", "consents", "behavioral_patterns", "client_countries", "evidence_records"].map(
      (table) => `select '${table}', client_id from ${table}`,
    ),
    "select 'list_entries', unnest(array[value, entity]) from list_entries",
    "select 'fraud_reports', entity_value from fraud_reports",
    "select 'report_related', value from report_related where kind in ('client', 'dest')",
    ...DOCUMENTS.map(([table, document]) => `select '${table}', value from (${named(table, document)}) x`),
  ];
  const left = await db.rows(`select * from (${places.join(" union all ")}) x where x.left in (${erased}) limit 5`);
  expect(left).toEqual([]);
}, 900_000);
