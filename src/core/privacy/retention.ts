/** How long rows of a table are kept, and who takes them away. */
export type RetentionRule =
  /** The hourly job, `days` after `column`; `only` restricts what it takes, as SQL over the table's own columns. */
  | { readonly kind: "expires"; readonly column: string; readonly days: number; readonly only?: string }
  /** Another job of this service, or a row of another table that goes. */
  | { readonly kind: "goes_with"; readonly what: string }
  /** Names nobody, or is a record that must last; why. */
  | { readonly kind: "kept"; readonly why: string };

const expires = (column: string, days: number, only?: string): RetentionRule =>
  only === undefined ? { kind: "expires", column, days } : { kind: "expires", column, days, only };
const goesWith = (what: string): RetentionRule => ({ kind: "goes_with", what });
const kept = (why: string): RetentionRule => ({ kind: "kept", why });

const PARTITIONS = "`maintain_partitions`, RETENTION_DAYS (400) after the event";
const COUNTS = "counts, of nobody";
const CONFIGURATION = "configuration: decisions replay from it";

/** Every table and its rule; a test fails on a table without one. Days can be set by table with `RETENTION_DAYS_BY_TABLE`. */
export const RETENTION: Readonly<Record<string, RetentionRule>> = {
  events: goesWith(PARTITIONS),
  event_ids: goesWith(PARTITIONS),
  payments: goesWith(PARTITIONS),
  decisions: goesWith(PARTITIONS),
  decision_ids: goesWith(PARTITIONS),
  labels: goesWith(PARTITIONS),
  user_profiles: expires("updated_at", 400),
  behavioral_patterns: goesWith("`update_behavioural_patterns`, when a client's logins are gone"),
  consents: expires("given_at", 1_095),
  client_countries: goesWith("`forget_addresses`"),
  ip_analysis: goesWith("`forget_addresses`"),
  ip_parties: goesWith("`forget_addresses`"),
  view_refreshes: kept("one row"),

  fraud_reports: expires("decided_at", 1_095, "status not in ('pending', 'reviewing')"),
  report_findings: goesWith("fraud_reports"),
  report_related: goesWith("fraud_reports"),
  report_decisions: goesWith("fraud_reports"),
  report_history: goesWith("fraud_reports"),
  evidence_records: goesWith("`sweep_evidence`, past its hold"),
  customer_communications: goesWith("evidence_records"),
  evidence_files: goesWith("evidence_records"),
  evidence_uploads: goesWith("`sweep_evidence`"),
  list_entries: expires("coalesce(ended_at, expires_at)", 1_095, "not is_active or expires_at < now()"),
  alerts: expires("last_seen_at", 400, "status = 'resolved'"),

  webhook_events: expires("occurred_at", 30),
  webhook_deliveries: goesWith("webhook_events"),
  webhook_attempts: goesWith("webhook_events"),
  webhook_endpoints: kept("until staff remove it"),
  dead_letters: expires("created_at", 90),
  external_checks: kept("until staff remove it"),
  external_check_counters: goesWith("`forget_check_counts`"),

  audit_log: kept("three years readable: its keys go, and the chain stays whole"),
  audit_keys: expires("created_at", 1_095),
  audit_head: kept("one row"),
  erasures: expires(
    "finished_at",
    1_095,
    "not exists (select from erasure_holds h where h.erasure_id = erasures.id and h.released_at is null)",
  ),
  erasure_identifiers: goesWith("the end of its erasure"),
  erasure_holds: goesWith("erasures"),

  api_keys: expires("coalesce(revoked_at, expires_at)", 400),
  users: kept("until staff remove the account"),
  sessions: expires("expires_at", 30),
  refresh_tokens: goesWith("sessions"),
  recovery_codes: goesWith("users"),
  sign_in_devices: expires("expires_at", 30),

  manifests: kept(CONFIGURATION),
  contents: kept(CONFIGURATION),
  rule_draft: kept("one row"),
  rule_approvals: kept("who approved which rules"),
  backtests: goesWith("`resume_backtests`"),
  named_lists: kept("until staff remove it; its entries are configuration"),
  list_feeds: kept("until staff remove it; published addresses"),
  feed_entries: goesWith("the next import of its feed"),
  feed_decisions: goesWith("the next import of its feed"),
  feed_sources: kept("until staff remove it"),
  list_state: kept("one row"),
  gate_refusals: expires("at", 7),
  gate_refusal_totals: expires("hour", 7),
  gate_refusal_batches: expires("at", 7),
  list_changes: goesWith("`reconcile_lists`, once Redis has a snapshot"),

  daily_counters: kept(COUNTS),
  metric_counters: kept(COUNTS),
  version_counters: goesWith("`forget_rule_counts`"),
  rule_counters: goesWith("`forget_rule_counts`"),
  block_rate_slots: goesWith("`watch_block_rates`, after an hour"),
  traffic_slots: goesWith("`forget_traffic`"),
  unmatched_calls: expires("slot", 30),
};

/** What a deployment may set: days for tables whose rows expire here. */
export const EXPIRING_TABLES: readonly string[] = Object.entries(RETENTION).flatMap(([table, rule]) =>
  rule.kind === "expires" ? [table] : [],
);
