import * as z from "zod";
import { type Networks, parseNetworks } from "./core/access/network.ts";
import { type Permissions, STAFF_ROLES, type StaffRole } from "./core/access/permission.ts";
import { readRoleVerbs } from "./core/access/role-verbs.ts";
import { readMasterKeys } from "./core/audit/master-keys.ts";
import { type Currency, createCurrency, toMinor } from "./core/event/money.ts";
import { CheckSecrets } from "./core/external-checks/check-secrets.ts";
import { CONFIGURATION_ERROR } from "./core/log/describe-error.ts";
import { LOG_LEVELS, type LogLevel } from "./core/log/log-line.ts";
import { EXPIRING_TABLES } from "./core/privacy/retention.ts";
import type { ReviewPolicy } from "./core/reports/review-case.ts";

const binding = <T>(method: string) =>
  z.custom<T>((value) => typeof (value as Record<string, unknown> | undefined)?.[method] === "function", {
    error: `must be a binding with \`${method}\``,
  });

/** `https://shop.example`: what a browser sends as `Origin`. */
const origins = z
  .string()
  .default("")
  .transform((text, context): ReadonlySet<string> => {
    const listed = text
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== "");
    const malformed = listed.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
    if (malformed !== undefined)
      context.addIssue({ code: "custom", message: `\`${malformed}\` is not an origin; write \`https://shop.example\`` });
    return new Set(listed);
  });

const networks = z
  .string()
  .default("")
  .transform((text, context): Networks => {
    const parsed = parseNetworks(text);
    if (!("malformed" in parsed)) return parsed.networks;
    context.addIssue({ code: "custom", message: `\`${parsed.malformed}\` is neither an address nor a network` });
    return z.NEVER;
  });

const serviceSecrets = z
  .string()
  .default("{}")
  .transform((text, context): CheckSecrets => {
    try {
      return CheckSecrets.parse(JSON.parse(text));
    } catch {
      // Neither the text nor what is wrong with it is told: it is made of secrets.
      const form = '{"fraudscore": {"host": "…", "send": {"key": "…"}, "hook": ["…"]}}';
      context.addIssue({ code: "custom", message: `must be JSON such as ${form}` });
      return z.NEVER;
    }
  });

const roleVerbs = z
  .string()
  .default("{}")
  .transform((text, context): Permissions => {
    const read = readRoleVerbs(text);
    if (!("faults" in read)) return read.permissions;
    for (const message of read.faults) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const staffRoles = z
  .string()
  .default("")
  .transform((text, context): ReadonlySet<StaffRole> => {
    const named = text
      .split(",")
      .map((role) => role.trim())
      .filter((role) => role !== "");
    const unknown = named.find((name) => !STAFF_ROLES.some((role) => role === name));
    if (unknown !== undefined) context.addIssue({ code: "custom", message: `\`${unknown}\` is not one of ${STAFF_ROLES.join(", ")}` });
    return new Set(STAFF_ROLES.filter((role) => named.includes(role)));
  });

const milliseconds = (fallback: number) => z.coerce.number().int().positive().max(60_000).default(fallback);

/** Bindings and variables of the decision Worker, as wrangler.toml and `wrangler secret put` give them. */
const Bindings = z.object({
  CONFIG: binding<KVNamespace>("get"),
  OUTBOX: binding<Queue>("send"),
  ASSETS: binding<Fetcher>("fetch"),
  EVIDENCE: binding<R2Bucket>("createMultipartUpload"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Where Neon's SQL-over-HTTP protocol is served locally; unset in production. */
  NEON_HTTP_ENDPOINT: z.url().optional(),
  UPSTASH_REDIS_REST_URL: z.url(),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1),
  /** Keys every hash of a personal value and of an API key; changing it forgets windows and keys. */
  HASH_SECRET: z.string().min(32),
  /** Signs access tokens; changing it ends those of the last 15 minutes, refresh tokens stay good. */
  JWT_SECRET: z.string().min(32),
  /** What wraps the keys of personal data in the audit log, and seals webhooks' secrets: `id:secret`, newest first, comma separated. Only a local stack does without. */
  AUDIT_KEY: z
    .string()
    .refine((text) => readMasterKeys(text) !== null, { error: "must be `id:secret` with 32 characters or more" })
    .optional(),
  CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("EUR"),
  /** Units of `CURRENCY` for one unit of another, as JSON: `{"USD": 0.92}`. */
  CURRENCY_RATES: z
    .string()
    .default("{}")
    .transform((text, context) => {
      try {
        return z.record(z.string().regex(/^[A-Z]{3}$/), z.number().positive()).parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: "custom", message: "must be a JSON object of positive rates by ISO 4217 code" });
        return z.NEVER;
      }
    }),
  TIME_ZONE: z.string().default("UTC"),
  /** Up to two body paths, comma separated, that a log record remembers: `attributes.store_id,attributes.channel`. */
  MERCHANT_DIMENSIONS: z.string().default(""),
  ENVIRONMENT: z.enum(["local", "production"]).default("production"),
  /** The least that is logged: `info` has a record per request and per decision. */
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  /** Origins whose scripts may call, comma separated; none by default. */
  CORS_ORIGINS: origins,
  /** What Prometheus shows as its bearer token at `/metrics`; without it nothing is served there. */
  METRICS_KEY: z.string().min(32).optional(),
  /** What CrowdSec's LAPI knows this service by (`cscli bouncers add`), for feeds of the format `crowdsec`. */
  CROWDSEC_LAPI_KEY: z.string().min(1).optional(),
  /** Networks that `/api/admin` is served to, comma separated; empty serves it everywhere. */
  ADMIN_NETWORKS: networks,
  /** What roles may do beyond or short of core/access/permission.ts: `{"analyst": ["-rules.publish"]}`. */
  ROLE_VERBS: roleVerbs,
  /** Roles of people who must have a second factor, comma separated; without one they can only set it up. */
  SECOND_FACTOR_ROLES: staffRoles,
  /** Resolves the names of webhooks: DNS over HTTPS in its JSON form. */
  DNS_RESOLVER: z.url().default("https://cloudflare-dns.com/dns-query"),
  /** `true` lets webhooks and questions to external services go to `http://127.0.0.1`; a local stack alone heeds it. */
  WEBHOOKS_TO_LOCALHOST: z.enum(["true", "false"]).default("false"),
  /** What external services are sent and what their postbacks are signed with, as JSON (`core/external-checks/check-secrets.ts`). */
  SERVICE_SECRETS: serviceSecrets,
  DEADLINE_MS: milliseconds(150),
  /** How long Redis may take to confirm a key or token; Postgres, asked when Redis does not know a key, twice that. */
  KEY_BUDGET_MS: milliseconds(25),
  VELOCITY_BUDGET_MS: milliseconds(60),
  AGGREGATES_BUDGET_MS: milliseconds(60),
  /** How long a decision waits for a new ruleset before the old one decides once more. */
  RULESET_BUDGET_MS: milliseconds(30),
  /** Days by table as JSON, `{"webhook_events": 14}`, where they differ from core/privacy/retention.ts. */
  RETENTION_DAYS_BY_TABLE: z
    .string()
    .default("{}")
    .transform((text, context) => {
      try {
        return z
          .record(
            z.string().refine((table) => EXPIRING_TABLES.includes(table)),
            z.int().min(1).max(3_650),
          )
          .parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: "custom", message: `must be a JSON object of days by table, of ${EXPIRING_TABLES.join(", ")}` });
        return z.NEVER;
      }
    }),
  RETENTION_DAYS: z.coerce.number().int().min(31).max(3_650).default(400),
  /** How long an outcome `review` waits for a person. */
  REVIEW_HOURS: z.coerce.number().positive().max(720).default(24),
  /** What nobody decided in that time is allowed below this amount, in major units of `CURRENCY`, and else blocked; 0 blocks all of it. */
  REVIEW_ALLOW_BELOW: z.coerce.number().nonnegative().max(1_000_000_000).default(100),
});

/** A deployment's configuration, checked once per isolate. */
export interface Config {
  readonly bindings: { readonly config: KVNamespace; readonly outbox: Queue; readonly assets: Fetcher; readonly evidence: R2Bucket };
  readonly database: { readonly url: string; readonly endpoint: string | null };
  readonly redis: { readonly url: string; readonly token: string };
  readonly hashSecret: string;
  readonly jwtSecret: string;
  readonly auditKeys: readonly (readonly [id: string, secret: string])[];
  readonly currency: Currency;
  readonly timeZone: string;
  readonly merchantDimensions: readonly (readonly string[])[];
  readonly isLocal: boolean;
  readonly logLevel: LogLevel;
  readonly corsOrigins: ReadonlySet<string>;
  readonly metricsKey: string | null;
  readonly lapiKey: string | null;
  readonly adminNetworks: Networks;
  readonly permissions: Permissions;
  readonly secondFactorRoles: ReadonlySet<StaffRole>;
  readonly dnsResolver: string;
  readonly allowsLocalWebhooks: boolean;
  readonly serviceSecrets: CheckSecrets;
  readonly deadlineMs: number;
  readonly keyBudgetMs: number;
  readonly velocityBudgetMs: number;
  readonly aggregatesBudgetMs: number;
  readonly rulesetBudgetMs: number;
  readonly retentionDays: number;
  readonly retentionDaysByTable: Readonly<Record<string, number>>;
  readonly review: ReviewPolicy;
}

/** Reads the bindings; throws with every fault named, because a Worker that is set up wrong must not answer. */
export function readConfig(env: unknown): Config {
  const parsed = Bindings.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw configurationError(faults.join("; "));
  }
  const vars = parsed.data;
  if (vars.AUDIT_KEY === undefined && vars.ENVIRONMENT === "production") throw configurationError("AUDIT_KEY: must be set in production");
  return {
    bindings: { config: vars.CONFIG, outbox: vars.OUTBOX, assets: vars.ASSETS, evidence: vars.EVIDENCE },
    database: { url: vars.DATABASE_URL, endpoint: vars.NEON_HTTP_ENDPOINT ?? null },
    redis: { url: vars.UPSTASH_REDIS_REST_URL, token: vars.UPSTASH_REDIS_REST_TOKEN },
    hashSecret: vars.HASH_SECRET,
    jwtSecret: vars.JWT_SECRET,
    auditKeys: auditKeys(vars),
    currency: createCurrency(vars.CURRENCY, vars.CURRENCY_RATES),
    timeZone: vars.TIME_ZONE,
    merchantDimensions: vars.MERCHANT_DIMENSIONS.split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "")
      .slice(0, 2)
      .map((path) => path.split(".")),
    isLocal: vars.ENVIRONMENT === "local",
    logLevel: vars.LOG_LEVEL,
    corsOrigins: vars.CORS_ORIGINS,
    metricsKey: vars.METRICS_KEY ?? null,
    lapiKey: vars.CROWDSEC_LAPI_KEY ?? null,
    adminNetworks: vars.ADMIN_NETWORKS,
    permissions: vars.ROLE_VERBS,
    secondFactorRoles: vars.SECOND_FACTOR_ROLES,
    dnsResolver: vars.DNS_RESOLVER,
    allowsLocalWebhooks: vars.WEBHOOKS_TO_LOCALHOST === "true" && vars.ENVIRONMENT === "local",
    serviceSecrets: vars.SERVICE_SECRETS,
    deadlineMs: vars.DEADLINE_MS,
    keyBudgetMs: vars.KEY_BUDGET_MS,
    velocityBudgetMs: vars.VELOCITY_BUDGET_MS,
    aggregatesBudgetMs: vars.AGGREGATES_BUDGET_MS,
    rulesetBudgetMs: vars.RULESET_BUDGET_MS,
    retentionDays: vars.RETENTION_DAYS,
    retentionDaysByTable: vars.RETENTION_DAYS_BY_TABLE,
    review: reviewPolicy(vars),
  };
}

function auditKeys({ AUDIT_KEY, HASH_SECRET }: z.output<typeof Bindings>): Config["auditKeys"] {
  return (AUDIT_KEY === undefined ? null : readMasterKeys(AUDIT_KEY)) ?? [["local", HASH_SECRET]];
}

function reviewPolicy(vars: z.output<typeof Bindings>): ReviewPolicy {
  const { exponent } = createCurrency(vars.CURRENCY);
  return { hours: vars.REVIEW_HOURS, allowBelowMinor: toMinor(vars.REVIEW_ALLOW_BELOW, exponent), exponent };
}

/** Named, because the log keeps the message of no error it does not know. */
function configurationError(faults: string): Error {
  return Object.assign(new Error(`the Worker's configuration is wrong: ${faults}`), { name: CONFIGURATION_ERROR });
}
