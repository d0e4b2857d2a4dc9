import * as z from "zod";
import { GATE_MODES, type GateMode } from "./core/gate/mode.ts";
import { looksUp, PathModes } from "./core/gate/policy.ts";
import { CONFIGURATION_ERROR } from "./core/log/describe-error.ts";
import { LOG_LEVELS, type LogLevel } from "./core/log/log-line.ts";

const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .default("{}")
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

const OriginUrl = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine((url) => url.search === "" && url.hash === "" && url.username === "", { error: "must be an origin with at most a path" });

const Origins = z.object({
  /** Proxy mode: origins by host, as JSON: `{"shop.example": "https://10.0.0.7"}`. */
  ORIGINS: json(z.record(z.string().min(1), OriginUrl)),
  /** Proxy mode: the origin of every other host. Without both the gate is in route mode. */
  ORIGIN_URL: OriginUrl.optional(),
});

/** Bindings and variables of the gate, as wrangler.toml and `wrangler secret put` give them. */
const Bindings = z.object({
  CONFIG: z
    .custom<KVNamespace>((value) => typeof (value as Record<string, unknown> | undefined)?.get === "function", {
      error: "must be a KV namespace",
    })
    .optional(),
  UPSTASH_REDIS_REST_URL: z.url().optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1).optional(),
  /** What the gate does where no pattern of `GATE_POLICY` says otherwise. */
  GATE_MODE: z.enum(GATE_MODES).default("monitor"),
  /** Modes by path, as JSON: `{"/checkout/*": "enforce"}`; the longest matching pattern decides. */
  GATE_POLICY: json(PathModes),
  ...Origins.shape,
  /** Sent to the origin as `x-tollgate-key`, so that it can refuse who comes past the gate. */
  ORIGIN_KEY: z.string().min(16).optional(),
  /** The one header that is believed instead of the platform's, such as `x-real-ip` behind a load balancer of your own. */
  TRUSTED_PROXY_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/)
    .optional(),
  /** Signs the context, the device cookie and challenge passes; without it there are none. */
  GATE_SECRET: z.string().min(32).optional(),
  GATE_DEVICE_COOKIE: z.enum(["set", "off"]).default("set"),
  /** An e-mail address or URL that refused visitors are shown. */
  GATE_CONTACT: z.string().max(200).optional(),
  TURNSTILE_SITE_KEY: z.string().min(1).optional(),
  TURNSTILE_SECRET: z.string().min(1).optional(),
  TURNSTILE_URL: z.url().optional(),
  /** How old the lists' version may be at a location before Redis is asked again; each doubling halves the commands. */
  LIST_POLL_SECONDS: z.coerce.number().int().min(1).max(60).default(5),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

/** Where requests go; without any the gate is in route mode. */
export interface GateOrigins {
  readonly byHost: ReadonlyMap<string, URL>;
  readonly fallback: URL | null;
}
export interface GateConfig {
  readonly mode: GateMode;
  readonly paths: PathModes;
  /** Null when no path looks addresses up. */
  readonly stores: { readonly kv: KVNamespace; readonly redis: { readonly url: string; readonly token: string } } | null;
  readonly origins: GateOrigins;
  readonly originKey: string | null;
  /** In lower case. */
  readonly trustedProxyHeader: string | null;
  readonly secret: string | null;
  readonly deviceCookie: "set" | "off";
  readonly contact: string | null;
  readonly turnstile: { readonly siteKey: string; readonly secret: string; readonly url: string | null } | null;
  readonly listPollMs: number;
  readonly logLevel: LogLevel;
}
/** What a deployment that is not the gate's own decides in code. */
export interface GateOverrides {
  readonly mode?: GateMode;
  /** What a request without an origin set for its host meets: the zone's own, which is the default, or a page that says what to set. */
  readonly withoutOrigin?: "route" | "explain";
  readonly paths?: PathModes;
}

/** Reads the bindings; throws with every fault named. Whoever catches it lets requests pass: a typing error takes no origin down. */
export function readGateConfig(env: unknown, overrides: GateOverrides = {}): GateConfig {
  const parsed = Bindings.safeParse(env);
  if (!parsed.success) throw configurationError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  const vars = parsed.data;
  const mode = overrides.mode ?? vars.GATE_MODE;
  const paths = overrides.paths ?? vars.GATE_POLICY;
  const turnstile = turnstileOf(vars);
  const asksChallenges = [mode, ...Object.values(paths)].includes("challenge");
  if (asksChallenges && (turnstile === null || vars.GATE_SECRET === undefined))
    throw configurationError(["mode `challenge` needs TURNSTILE_SITE_KEY, TURNSTILE_SECRET and GATE_SECRET"]);
  return {
    mode,
    paths,
    stores: looksUp(mode, paths) ? storesOf(vars) : null,
    origins: originsOf(vars),
    originKey: vars.ORIGIN_KEY ?? null,
    trustedProxyHeader: vars.TRUSTED_PROXY_HEADER?.toLowerCase() ?? null,
    secret: vars.GATE_SECRET ?? null,
    deviceCookie: vars.GATE_DEVICE_COOKIE,
    contact: vars.GATE_CONTACT ?? null,
    turnstile,
    listPollMs: vars.LIST_POLL_SECONDS * 1_000,
    logLevel: vars.LOG_LEVEL,
  };
}

/** Where requests go when the rest of the configuration is wrong. Origins that are wrong themselves are none. */
export function readOrigins(env: unknown): GateOrigins {
  const parsed = Origins.safeParse(env);
  return parsed.success ? originsOf(parsed.data) : { byHost: new Map(), fallback: null };
}

function originsOf({ ORIGINS, ORIGIN_URL }: z.output<typeof Origins>): GateOrigins {
  return { byHost: new Map(Object.entries(ORIGINS)), fallback: ORIGIN_URL ?? null };
}

type Vars = z.output<typeof Bindings>;

function storesOf({ CONFIG, UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN }: Vars): GateConfig["stores"] {
  if (CONFIG === undefined || UPSTASH_REDIS_REST_URL === undefined || UPSTASH_REDIS_REST_TOKEN === undefined)
    throw configurationError(["a mode that looks addresses up needs CONFIG, UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN"]);
  return { kv: CONFIG, redis: { url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN } };
}

function turnstileOf({ TURNSTILE_SITE_KEY, TURNSTILE_SECRET, TURNSTILE_URL }: Vars): GateConfig["turnstile"] {
  if (TURNSTILE_SITE_KEY === undefined || TURNSTILE_SECRET === undefined) return null;
  return { siteKey: TURNSTILE_SITE_KEY, secret: TURNSTILE_SECRET, url: TURNSTILE_URL ?? null };
}

/** Named, because the log keeps the message of no error it does not know. */
function configurationError(faults: readonly string[]): Error {
  return Object.assign(new Error(`the gate's configuration is wrong: ${faults.join("; ")}`), { name: CONFIGURATION_ERROR });
}
