import type { World } from "../core/access/api-key.ts";
import type { Networks } from "../core/access/network.ts";
import type { Permissions } from "../core/access/permission.ts";
import type { ConfigOptions } from "../core/config/compile.ts";
import type { EventSettings } from "../core/event/settings.ts";
import type { FeatureCatalogue } from "../core/features/catalogue.ts";
import type { Log } from "../core/log/log-line.ts";
import type { ApiKeyRecord, KeyStore, UserStore } from "../ports/access.ts";
import type { AggregateSource } from "../ports/aggregates.ts";
import type { AlertStore } from "../ports/alerts.ts";
import type { Answer } from "../ports/answer.ts";
import type { AuditAnchors, AuditLog, UnmatchedStore } from "../ports/audit.ts";
import type { BacktestStore, CaseSource } from "../ports/backtest.ts";
import type { ContentStore, FormatStore, ManifestStore, PointerStore } from "../ports/configuration.ts";
import type { HealthSource, Maintenance } from "../ports/database-health.ts";
import type { RefusalStore } from "../ports/gate.ts";
import type { BlockGuardStore, BlockRateSource } from "../ports/guard.ts";
import type { IdempotencyStore } from "../ports/idempotency.ts";
import type { MetricStore } from "../ports/metrics.ts";
import type { ScoringModel } from "../ports/model.ts";
import type { OutboxQueue } from "../ports/outbox.ts";
import type { PendingShards } from "../ports/pending.ts";
import type { RecordStore } from "../ports/records.ts";
import type { RuleStatsStore } from "../ports/rule-stats.ts";
import type { StaffWrites } from "../ports/staff-writes.ts";
import type { VelocityStore } from "../ports/velocity.ts";
import type { ApprovalStore, DependentSource, DraftStore } from "../ports/workshop.ts";
import type { AddressServices } from "./address-analysis/address-services.ts";
import type { Finished } from "./after-decision.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { AuthServices } from "./auth/auth-services.ts";
import type { AutoblockServices } from "./autoblock/autoblock-services.ts";
import type { BlockCap } from "./block-cap.ts";
import type { EvidenceServices } from "./evidence/evidence-services.ts";
import type { CheckServices } from "./external-checks/check-services.ts";
import type { FeedServices } from "./feeds/feed-services.ts";
import type { GateParts } from "./gate/gate-parts.ts";
import type { Gathering } from "./gather-settlements.ts";
import type { HttpMeter } from "./http-meter.ts";
import type { CallLimiter } from "./limit-calls.ts";
import type { ListServices } from "./lists/list-services.ts";
import type { LiveConfig } from "./live-config.ts";
import type { PrivacyServices } from "./privacy/privacy-services.ts";
import type { ReportServices } from "./reports/report-services.ts";
import type { Scorer } from "./score-model.ts";
import type { TriggerServices } from "./triggers/trigger-services.ts";
import type { KeyVerifier } from "./verify-key.ts";
import type { TokenVerifier } from "./verify-token.ts";
import type { WebhookServices } from "./webhooks/webhook-services.ts";

/** Everything a request may use, made once per isolate by the composition root. */
export interface Services {
  readonly clock: () => number;
  readonly newId: () => string;
  readonly eventSettings: EventSettings;
  readonly retentionDays: number;
  readonly budgets: { readonly deadlineMs: number; readonly velocityMs: number; readonly aggregatesMs: number };
  /** What each role may do in this deployment. */
  readonly permissions: Permissions;
  readonly verifyKey: KeyVerifier;
  readonly verifyToken: TokenVerifier;
  readonly auth: AuthServices;
  readonly limitCalls: CallLimiter;
  readonly live: LiveConfig;
  /** What `/gate/*` runs on. */
  readonly gate: GateParts;
  readonly configOptions: ConfigOptions;
  readonly velocity: Readonly<Record<World, VelocityStore>>;
  /** Settlements of decisions, which go to Redis together. */
  readonly settlements: Readonly<Record<World, Gathering<Finished>>>;
  readonly aggregatesOf: (catalogue: FeatureCatalogue, world: World) => AggregateSource;
  readonly records: RecordStore;
  readonly maintenance: Maintenance;
  readonly model: ScoringModel;
  readonly score: Scorer;
  readonly outbox: OutboxQueue;
  readonly config: {
    readonly redis: ContentStore & FormatStore & PointerStore;
    readonly kv: ContentStore & PointerStore;
    readonly manifests: ManifestStore;
    readonly drafts: DraftStore;
    readonly dependents: DependentSource;
    readonly approvals: ApprovalStore;
  };
  /** Keys and users as staff manage them. */
  readonly access: {
    readonly keys: KeyStore;
    readonly users: UserStore;
    readonly hashPassword: (password: string) => string;
    readonly isGuessable: (password: string, names: readonly string[]) => Promise<boolean>;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly replaceMirrored: (record: ApiKeyRecord, budgetMs: number) => Answer<void>;
  };
  /** What is known of addresses that events came from. */
  readonly addresses: AddressServices;
  /** Feeds that are fetched by themselves. */
  readonly feeds: FeedServices;
  /** Blocks, whitelist, feeds and named lists. */
  readonly lists: ListServices;
  /** What opens reports by itself, and counts of what happens. */
  readonly triggers: TriggerServices;
  /** Blocks that rules make by themselves. */
  readonly autoblock: AutoblockServices;
  /** What the gate refused in the last days. */
  readonly refusals: RefusalStore;
  /** Makes staff actions' changes, each with its audit row. */
  readonly staff: StaffWrites;
  readonly audit: {
    readonly log: AuditLog;
    readonly anchors: AuditAnchors;
    readonly trail: AuditTrail;
    readonly unmatched: UnmatchedStore;
  };
  /** Erases and exports clients, and keeps nothing longer than its rule says. */
  readonly privacy: PrivacyServices;
  readonly alerts: AlertStore;
  /** What a bank is shown when a payment is disputed. */
  readonly evidence: EvidenceServices;
  /** Suspicions that people work on. */
  readonly reports: ReportServices;
  /** Tells others of what happened. */
  readonly webhooks: WebhookServices;
  /** Keeps a version from blocking more than its policy allows. */
  readonly guard: { readonly rates: BlockRateSource; readonly flag: BlockGuardStore; readonly cap: BlockCap };
  readonly ruleStats: RuleStatsStore;
  /** Fraud services of others: asked by decisions, heard by `/hooks`. */
  readonly externalChecks: CheckServices;
  readonly backtests: { readonly store: BacktestStore; readonly cases: CaseSource };
  readonly idempotency: IdempotencyStore;
  readonly databaseHealth: HealthSource;
  /** Tells the mover which events wait for Postgres, at most once a second per isolate. */
  readonly wake: (world: World, ids: readonly string[]) => Promise<void>;
  readonly pending: PendingShards;
  readonly log: Log;
  readonly metrics: {
    readonly store: MetricStore;
    readonly meter: HttpMeter;
    /** Whether a text is the metrics key; null when none is set and nothing is served. */
    readonly isKey: ((text: string) => Promise<boolean>) | null;
  };
  /** Who may reach the surface at all, before any key. */
  readonly surface: { readonly isLocal: boolean; readonly corsOrigins: ReadonlySet<string>; readonly adminNetworks: Networks };
}

export type WaitUntil = (work: Promise<unknown>) => void;
