/** One metric by its Prometheus name: `labels` in the order their values are kept and shown. */
export interface Family {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric there is. Times are seconds, amounts major units of the deployment's currency. */
export const FAMILIES = {
  tollgate_decisions_total: { type: "counter", help: "Decisions recorded.", labels: ["outcome", "transaction_type", "livemode"] },
  tollgate_rule_hits_total: { type: "counter", help: "Decisions a rule fired in.", labels: ["rule", "mode", "livemode"] },
  tollgate_degraded_decisions_total: { type: "counter", help: "Decisions made without a part.", labels: ["part", "livemode"] },
  tollgate_blocked_amount_total: { type: "counter", help: "Sum of the amounts of blocked transactions.", labels: ["currency", "livemode"] },
  tollgate_events_total: { type: "counter", help: "Events recorded.", labels: ["type", "livemode"] },
  tollgate_last_decision_timestamp_seconds: { type: "gauge", help: "When the last recorded decision was made.", labels: ["livemode"] },
  tollgate_http_requests_total: { type: "counter", help: "HTTP requests answered.", labels: ["method", "route", "status"] },
  tollgate_http_request_duration_seconds: { type: "histogram", help: "How long answers took, waits for I/O only.", labels: ["route"] },
  tollgate_outbox_pending: { type: "gauge", help: "Events in Redis that wait for Postgres.", labels: ["livemode"] },
  tollgate_dead_letters: { type: "gauge", help: "Entries set aside for a person to look at.", labels: [] },
  tollgate_client_statistics_refreshed_timestamp_seconds: {
    type: "gauge",
    help: "When the 30-day client statistics were last refreshed.",
    labels: [],
  },
  tollgate_model_state: { type: "gauge", help: "1 for the state the model is in where this was asked.", labels: ["state", "version"] },
  tollgate_ruleset_seq: { type: "gauge", help: "Sequence number of the configuration in force where this was asked.", labels: [] },
  tollgate_block_guard_held: {
    type: "gauge",
    help: "1 while blocks of the configuration in force are held back as reviews.",
    labels: ["livemode"],
  },
  tollgate_alerts_open: { type: "gauge", help: "Alerts that nobody has taken up or put off.", labels: ["severity", "livemode"] },
  tollgate_store_up: { type: "gauge", help: "Whether a store answered this scrape.", labels: ["store"] },
} as const satisfies Readonly<Record<string, Family>>;
export type FamilyName = keyof typeof FAMILIES;

/** One value: the metric's name (a histogram's with `_bucket`, `_sum` or `_count`) and its label values in the family's order. */
export interface Sample {
  readonly name: string;
  readonly labels: readonly string[];
  readonly value: number;
}

const SUFFIX = /_(?:bucket|sum|count)$/;

/** The family a sample's name belongs to with the labels its samples carry, or null: an older or newer release may have counted something else. */
export function familyOf(name: string): { readonly name: FamilyName; readonly labels: readonly string[] } | null {
  const base = name.replace(SUFFIX, "");
  if (isFamily(base) && FAMILIES[base].type === "histogram") {
    if (base === name) return null;
    return { name: base, labels: name.endsWith("_bucket") ? [...FAMILIES[base].labels, "le"] : FAMILIES[base].labels };
  }
  return isFamily(name) ? { name, labels: FAMILIES[name].labels } : null;
}

const isFamily = (name: string): name is FamilyName => Object.hasOwn(FAMILIES, name);
