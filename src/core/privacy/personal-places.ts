import { ENTITY_KINDS, type EntityKind } from "../event/entity.ts";

/** An entity as a record or an answer names it. */
export interface NamedEntity {
  readonly kind: EntityKind;
  readonly value: string;
}

/** Names under which JSON of ours holds an entity (or several, in an array), at any depth. Values under any other name name nobody. */
const ENTITY_NAMES: Readonly<Record<EntityKind, readonly string[]>> = {
  client: ["client", "clients", "client_id", "payer", "nameOrig"],
  dest: ["dest", "dests", "dest_id", "nameDest"],
  device: ["device", "devices", "device_id"],
  ip: ["ip", "addresses", "ip_address", "ip_key"],
  card: ["card", "cards", "card_token", "token"],
  email: ["email", "emails"],
  phone: ["phone", "phones"],
  shipping: ["shipping"],
};
/** Names of what people and titles say in words: a value is looked for among them only where the record names its person otherwise. */
const WORD_NAMES = ["description", "note", "notes", "resolution", "text", "title"] as const;

/** What stands under a name: a kind of entity, or `words`. The SQL functions of the erasure read the same table. */
export const NAME_KINDS: Readonly<Record<string, EntityKind | "words">> = Object.fromEntries([
  ...ENTITY_KINDS.flatMap((kind) => ENTITY_NAMES[kind].map((name) => [name, kind] as const)),
  ...WORD_NAMES.map((name) => [name, "words"] as const),
]);
/** An object that says of which kind its value is: `{ "type": "client", "value": "c-1" }`. */
const PAIR_KINDS = ["kind", "type", "target"] as const;
const PAIR_VALUES = ["value", "targetId"] as const;

/** Every entity that a JSON value names, each as often as it is named. No recursion: depth is the caller's. */
export function entitiesIn(value: unknown): NamedEntity[] {
  const found: NamedEntity[] = [];
  const open: { readonly name: string | null; readonly held: unknown }[] = [{ name: null, held: value }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { name, held } = entry;
    if (Array.isArray(held)) for (const part of held) open.push({ name, held: part });
    else if (typeof held === "object" && held !== null) {
      const fields = held as Readonly<Record<string, unknown>>;
      for (const kindName of PAIR_KINDS)
        for (const valueName of PAIR_VALUES) {
          const [kind, text] = [ENTITY_KINDS.find((known) => known === fields[kindName]), fields[valueName]];
          if (kind !== undefined && typeof text === "string") found.push({ kind, value: text });
        }
      for (const [key, child] of Object.entries(fields)) open.push({ name: key, held: child });
    } else if (name !== null && (typeof held === "string" || typeof held === "number")) {
      const kind = Object.hasOwn(NAME_KINDS, name) ? NAME_KINDS[name] : undefined;
      if (kind !== undefined && kind !== "words") found.push({ kind, value: String(held) });
    }
  }
  return found;
}

/** Where a table holds what is a person's. */
export interface PersonalTable {
  /** Columns that hold an entity's value, or a person's data under such a column's row. */
  readonly values?: readonly string[];
  /** JSON in which entities stand under the names above. */
  readonly documents?: readonly string[];
  /** Words of people and titles. */
  readonly words?: readonly string[];
  /** The part of an export that has it; null where it is of an address that others may share. */
  readonly section: string | null;
}

/** Every table of Postgres: where it holds what is a person's, or why it holds nothing. A test fails on a table or a column without an entry. */
export const PERSONAL_TABLES: Readonly<Record<string, PersonalTable | string>> = {
  events: {
    values: "client_id dest_id device_id ip ip_key card email phone shipping city bin merchant_1 merchant_2 latitude longitude".split(" "),
    documents: ["body"],
    section: "events",
  },
  decisions: { documents: ["answer", "facts", "automatic_blocks"], section: "decisions" },
  user_profiles: { values: ["client_id", "attributes"], section: "profile" },
  behavioral_patterns: { values: ["client_id"], section: "login_patterns" },
  client_countries: { values: ["client_id"], section: "countries" },
  consents: { values: ["client_id"], section: "consents" },
  list_entries: { values: ["value", "entity", "network"], words: ["reason"], section: "list_entries" },
  fraud_reports: { values: ["entity_value", "dedup_key"], words: ["description", "notes", "resolution"], section: "reports" },
  report_findings: { documents: ["evidence"], words: ["description"], section: "reports" },
  report_related: { values: ["value"], section: "reports" },
  report_history: { documents: ["changes"], words: ["note"], section: "reports" },
  evidence_records: { values: ["client_id", "snapshot", "delivery"], section: "evidence" },
  customer_communications: { words: ["text"], section: "evidence" },
  evidence_files: { words: ["name", "note"], section: "evidence" },
  webhook_events: { documents: ["data"], section: "webhook_events" },
  dead_letters: { documents: ["text"], section: "dead_letters" },
  alerts: { values: ["dedup_key"], documents: ["details"], words: ["title", "note"], section: "alerts" },
  ip_analysis: { values: ["ip_key"], section: null },
  ip_parties: { values: ["ip_key", "party"], section: null },
  erasures: { values: ["client_id"], section: "erasures" },
  erasure_identifiers: "emptied at the end of its erasure",
  erasure_holds: "ids of records",
  named_lists: "configuration; an export names the lists that hold the client",
  contents: "configuration, by hash: decisions replay from it",
  event_ids: "ids of events",
  decision_ids: "ids of events and decisions",
  payments: "ids and statuses of payments",
  labels: "what staff said of a decision",
  report_decisions: "ids",
  evidence_uploads: "keys of encrypted objects",
  webhook_deliveries: "ids",
  webhook_attempts: "answers of the shop's own endpoints",
  webhook_endpoints: "configuration",
  external_checks: "configuration",
  external_check_counters: "counts",
  audit_log: "what is personal is encrypted under keys that an erasure destroys",
  audit_keys: "wrapped keys, which an erasure destroys",
  audit_head: "one row",
  api_keys: "of callers, not of clients",
  users: "of staff, not of clients",
  sessions: "of staff, not of clients",
  refresh_tokens: "of staff, not of clients",
  manifests: "configuration",
  rule_draft: "configuration",
  rule_approvals: "configuration",
  backtests: "counts by rule",
  list_feeds: "published addresses",
  feed_entries: "published addresses",
  feed_decisions: "published addresses",
  feed_sources: "configuration",
  list_state: "one row",
  view_refreshes: "one row",
  daily_counters: "counts",
  metric_counters: "counts",
  version_counters: "counts",
  rule_counters: "counts",
  block_rate_slots: "counts",
  traffic_slots: "counts",
  list_changes: "numbers of entries",
  gate_refusals: "what was asked for and the entry that refused it, without who asked",
  gate_refusal_totals: "counts",
  gate_refusal_batches: "ids",
  recovery_codes: "of staff, not of clients",
  sign_in_devices: "of staff, not of clients",
  unmatched_calls: "counts by a keyed digest of a network",
};
