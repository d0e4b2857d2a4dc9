import * as z from "zod";
import { GATE_MODES, type GateMode, strictest } from "./core/gate/mode.ts";

import { ASSET_RULES, type AssetRule, looksUp, type PathModes, Pattern } from "./core/gate/policy.ts";
import { hostKey, type SettingFault } from "./core/gate/settings.ts";
import { LOG_LEVELS, type LogLevel } from "./core/log/log-line.ts";

const word = z.string().trim();
const choice = <T extends string>(values: readonly T[]) => word.toLowerCase().pipe(z.enum(values));
const Kv = z.custom<KVNamespace>((value) => typeof (value as Record<string, unknown> | undefined)?.get === "function", {
  error: "must be a KV namespace",
});
const OriginUrl = word
  .pipe(z.url({ protocol: /^https?$/, error: "must be an origin such as `https://shop.example`" }))
  .transform((text) => new URL(text))
  .refine((url) => url.search === "" && url.hash === "" && url.username === "", { error: "must be an origin with at most a path" });
/** A header of Workers throws at anything else. */
const HeaderText = word.regex(/^[\x20-\x7e]+$/, { error: "must be printable ASCII" });

/** Where requests go; without any the gate is in route mode. */
export interface GateOrigins {
  /** By host in lower case, without the trailing dot and a port that is the default. */
  readonly byHost: ReadonlyMap<string, URL>;
  readonly fallback: URL | null;
}
export interface GateConfig {
  /** `GATE_MODE`: what the gate does where no pattern of `GATE_POLICY` says otherwise. */
  readonly mode: GateMode;
  /** `GATE_POLICY`: modes by path, as JSON: `{"/checkout/*": "enforce"}`; the longest matching pattern decides. */
  readonly paths: PathModes;
  /** `GATE_ASSETS`: `skip` or `check`, for static assets that are read. */
  readonly assets: AssetRule;
  /** Whether any path looks addresses up. */
  readonly looksUp: boolean;
  /** `CONFIG`, `UPSTASH_REDIS_REST_URL`, `UPSTASH_REDIS_REST_TOKEN`; null when no path looks addresses up, and when one of them is not set. */
  readonly stores: { readonly kv: KVNamespace; readonly redis: { readonly url: string; readonly token: string } } | null;
  /** Proxy mode: `ORIGINS` by host, as JSON (`{"shop.example": "https://10.0.0.7"}`), and `ORIGIN_URL` for every other host. */
  readonly origins: GateOrigins;
  /** `ORIGIN_KEY`: sent to the origin as `x-tollgate-key`, so that it can refuse who comes past the gate. */
  readonly originKey: string | null;
  /** `TRUSTED_PROXY_HEADER`: the one header that is believed instead of the platform's, in lower case; null believes the platform, and an empty one nobody. */
  readonly trustedProxyHeader: string | null;
  /** `GATE_SECRET`: signs the context, the device cookie and challenge passes; without it there are none. */
  readonly secret: string | null;
  /** `GATE_DEVICE_COOKIE`. */
  readonly deviceCookie: "set" | "off";
  /** `GATE_CONTACT`: an e-mail address or URL that refused visitors are shown. */
  readonly contact: string | null;
  /** `TURNSTILE_SITE_KEY`, `TURNSTILE_SECRET`, and `TURNSTILE_URL` in place of Turnstile's own address. */
  readonly turnstile: { readonly siteKey: string; readonly secret: string; readonly url: string | null } | null;
  /** `LIST_POLL_SECONDS`: how old the lists' version may be at a location before Redis is asked again; each doubling halves the commands. */
  readonly listPollMs: number;
  /** `LOG_LEVEL`. */
  readonly logLevel: LogLevel;
  readonly faults: readonly SettingFault[];
}
/** What a deployment that is not the gate's own decides in code. */
export interface GateOverrides {
  readonly mode?: GateMode;
  /** What a request without an origin set for its host meets: the zone's own, which is the default, or a page that says what to set. */
  readonly withoutOrigin?: "route" | "explain";
  readonly paths?: PathModes;
  readonly assets?: AssetRule;
}

type Report = (name: string, message: string) => void;
interface Fallback<T> {
  /** When it is not set, or empty. */
  readonly unset: T;
  /** When it cannot be used, with a sentence that says so. */
  readonly faulty: T;
  readonly told: string;
}

/**
 * Reads the bindings and variables of the gate, as wrangler.toml and `wrangler secret put` give them. Each is read by itself, and one that is wrong has
 * a safe value: it neither takes the origin down nor lets listed visitors through. Never throws.
 */
export function readGateConfig(env: unknown, overrides: GateOverrides = {}): GateConfig {
  const vars: Readonly<Record<string, unknown>> = typeof env === "object" && env !== null ? { ...env } : {};
  const faults: SettingFault[] = [];
  const report: Report = (name, message) => faults.push({ name, message });
  const read = <T>(name: string, schema: z.ZodType<T>, { unset, faulty, told }: Fallback<T>): T => {
    const value = vars[name];
    if (value === undefined || value === null || value === "") return unset;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    report(name, `${reasonOf(parsed.error)}; ${told}`);
    return faulty;
  };
  /** For what a deployment may do without. */
  const readOptional = <T>(name: string, schema: z.ZodType<T>, told: string): T | null =>
    read<T | null>(name, schema, { unset: null, faulty: null, told });

  // A mistyped mode was meant to do something, and only listed visitors notice `enforce`.
  const mode =
    overrides.mode ?? read("GATE_MODE", choice(GATE_MODES), { unset: "monitor", faulty: "enforce", told: "`enforce` is in force instead" });
  const paths = overrides.paths ?? readPolicy(vars.GATE_POLICY, mode, report);
  const assets =
    overrides.assets ?? read("GATE_ASSETS", choice(ASSET_RULES), { unset: "skip", faulty: "check", told: "assets are checked" });
  const secret = readOptional("GATE_SECRET", z.string().min(32), "no context is signed, no device cookie is set and no challenge is posed");
  const siteKey = readOptional("TURNSTILE_SITE_KEY", word.min(1), "no challenge is posed");
  const turnstileSecret = readOptional("TURNSTILE_SECRET", word.min(1), "no challenge is posed");
  const turnstileUrl = readOptional("TURNSTILE_URL", z.url(), "Turnstile's own address is asked");
  const turnstile = siteKey === null || turnstileSecret === null ? null : { siteKey, secret: turnstileSecret, url: turnstileUrl };
  if ([mode, ...Object.values(paths)].includes("challenge") && (turnstile === null || secret === null))
    report("GATE_MODE", "`challenge` needs TURNSTILE_SITE_KEY, TURNSTILE_SECRET and GATE_SECRET; who is blocked is refused instead");
  const isLookingUp = looksUp(mode, paths);
  return {
    mode,
    paths,
    assets,
    looksUp: isLookingUp,
    stores: isLookingUp ? readStores(vars, readOptional, report) : null,
    origins: {
      byHost: readOrigins(vars.ORIGINS, report),
      fallback: readOptional("ORIGIN_URL", OriginUrl, "it is not used"),
    },
    originKey: readOriginKey(readOptional("ORIGIN_KEY", HeaderText, "no key is sent to the origin"), report),
    trustedProxyHeader: read<string | null>(
      "TRUSTED_PROXY_HEADER",
      word.toLowerCase().regex(/^[a-z0-9_-]+$/, { error: "must be the name of one header" }),
      {
        unset: null,
        faulty: "",
        told: "connecting addresses are looked up and nobody is vouched for",
      },
    ),
    secret,
    deviceCookie: read("GATE_DEVICE_COOKIE", choice(["set", "off"]), { unset: "set", faulty: "off", told: "no device cookie is set" }),
    contact: readOptional("GATE_CONTACT", word.max(200), "refused visitors are shown no contact"),
    turnstile,
    listPollMs:
      1_000 *
      read("LIST_POLL_SECONDS", z.coerce.number().int().min(1).max(60), {
        unset: 5,
        faulty: 5,
        told: "lists are looked for every 5 seconds",
      }),
    logLevel: read("LOG_LEVEL", choice(LOG_LEVELS), { unset: "info", faulty: "info", told: "`info` is in force" }),
    faults,
  };
}

/**
 * `GATE_POLICY`, entry by entry. A mode that does not exist is `enforce` on its path. A pattern that cannot be read may have meant any path:
 * none gets less than its mode. A policy that cannot be read at all enforces every path.
 */
function readPolicy(value: unknown, mode: GateMode, report: Report): PathModes {
  const table = readTable(value);
  if (table === null) {
    report("GATE_POLICY", 'must be a JSON object such as {"/checkout/*": "enforce"}; every path is enforced until it is');
    return { "/*": "enforce" };
  }
  const paths: Record<string, GateMode> = {};
  let least: GateMode | null = null;
  for (const [pattern, given] of Object.entries(table)) {
    const known = choice(GATE_MODES).safeParse(given);
    const itsMode = known.success ? known.data : "enforce";
    if (!known.success)
      report("GATE_POLICY", `the mode of \`${pattern.slice(0, 100)}\` must be one of ${GATE_MODES.join(", ")}; it is enforced`);
    const parsed = Pattern.safeParse(pattern);
    if (parsed.success) paths[pattern] = itsMode;
    else {
      least = strictest([least ?? "off", itsMode]);
      report("GATE_POLICY", `\`${pattern.slice(0, 100)}\` ${reasonOf(parsed.error)}; no path gets less than \`${itsMode}\` until it does`);
    }
  }
  if (least === null || least === "off") return paths;
  const floor = least;
  const raised = Object.entries(paths).map(([pattern, itsMode]) => [pattern, strictest([itsMode, floor])] as const);
  return { "/*": strictest([mode, floor]), ...Object.fromEntries(raised) };
}

/** `ORIGINS`: one that is wrong leaves the others in force. */
function readOrigins(value: unknown, report: Report): ReadonlyMap<string, URL> {
  const table = readTable(value);
  if (table === null) report("ORIGINS", 'must be a JSON object such as {"shop.example": "https://10.0.0.7"}; it is not used');
  const byHost = new Map<string, URL>();
  for (const [host, given] of Object.entries(table ?? {})) {
    const key = URL.canParse(`https://${host}`) ? hostKey(new URL(`https://${host}`).host) : "";
    const origin = OriginUrl.safeParse(given);
    if (key === "") report("ORIGINS", `\`${host.slice(0, 100)}\` must be a host such as \`shop.example\`; it is not used`);
    else if (!origin.success) report("ORIGINS", `the origin of \`${host.slice(0, 100)}\` ${reasonOf(origin.error)}; it is not used`);
    else byHost.set(key, origin.data);
  }
  return byHost;
}

/** A short key is sent all the same: an origin that asks for it would be closed without. */
function readOriginKey(key: string | null, report: Report): string | null {
  if (key !== null && key.length < 16) report("ORIGIN_KEY", "should have 16 characters or more; it is sent as it is");
  return key;
}

function readStores(
  { CONFIG }: Readonly<Record<string, unknown>>,
  readOptional: <T>(name: string, schema: z.ZodType<T>, told: string) => T | null,
  report: Report,
): GateConfig["stores"] {
  const told = "no list is in force until then";
  const kv = readOptional("CONFIG", Kv, told);
  const url = readOptional("UPSTASH_REDIS_REST_URL", word.pipe(z.url({ protocol: /^https?$/ })), told);
  const token = readOptional("UPSTASH_REDIS_REST_TOKEN", word.min(1), told);
  if (kv !== null && url !== null && token !== null) return { kv, redis: { url, token } };
  if (CONFIG === undefined || url === null || token === null)
    report("CONFIG", `a mode that looks addresses up needs CONFIG, UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN; ${told}`);
  return null;
}

/** A variable of wrangler.toml may be an object as well as its JSON. */
function readTable(value: unknown): Readonly<Record<string, unknown>> | null {
  if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) return {};
  const parsed = z.record(z.string(), z.unknown()).safeParse(typeof value === "string" ? parseJson(value) : value);
  return parsed.success ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasonOf = (error: z.ZodError): string => {
  const message = error.issues[0]?.message ?? "is malformed";
  return message.charAt(0).toLowerCase() + message.slice(1);
};
