import * as z from "zod";
import { type Network, networkText, parseNetwork } from "../../address/network.ts";
import { err, ok, type Result } from "../../result.ts";
import type { FeedRole } from "../list-role.ts";
import { type DecisionKey, type FeedDecision, type FeedEntry, type FeedFault, quoted } from "./feed-format.ts";

const Decision = z.object({ duration: z.string(), scope: z.string(), type: z.string(), value: z.string() });
type Decision = z.infer<typeof Decision>;
const Decisions = z
  .array(z.unknown())
  .nullable()
  .transform((list) => list ?? []);
const Stream = z.union([Decisions.transform((list) => ({ new: list, deleted: [] })), z.object({ new: Decisions, deleted: Decisions })]);

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** A scope that the gate knows nothing of, such as `Username`, and how many decisions were on it. */
export interface OtherScope {
  readonly scope: string;
  readonly count: number;
}
/** With the place in `new`, from 1. */
export type CrowdsecItem = { readonly line: number } & (
  | { readonly kind: "network"; readonly entry: FeedEntry }
  | { readonly kind: "decision"; readonly decision: FeedDecision; readonly network: Network | null }
);
export interface Withdrawn {
  readonly networks: readonly Network[];
  readonly decisions: readonly DecisionKey[];
}
export interface CrowdsecDecisions {
  readonly items: readonly CrowdsecItem[];
  /** What the stream takes back. `items` on the same network or name are others and stay. */
  readonly withdrawn: Withdrawn;
  readonly otherScopes: readonly OtherScope[];
  readonly faults: readonly FeedFault[];
}

/** Scopes told apart, beyond which they are counted as one. */
const MOST_SCOPES = 20;

/**
 * Decisions of CrowdSec's LAPI; the error is what is wrong with the document. In a feed that blocks, a ban blocks, a captcha challenges, and any other
 * type is a fault; other feeds give all decisions their own role. Decisions on scopes other than `Ip`, `Range`, `AS` and `Country` are counted alone.
 * Durations run from `nowMs`.
 */
export function parseCrowdsec(
  text: string,
  options: { readonly role: FeedRole; readonly nowMs: number },
): Result<CrowdsecDecisions, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err("expected a JSON document");
  }
  const stream = Stream.safeParse(json);
  if (!stream.success) return err("expected a list of decisions, or an object with `new` and `deleted`");
  const items: CrowdsecItem[] = [];
  const faults: FeedFault[] = [];
  const others = new Map<string, number>();
  for (const [at, item] of stream.data.new.entries()) {
    const line = at + 1;
    const parsed = Decision.safeParse(item);
    if (!parsed.success) {
      faults.push({ line, message: "expected `value`, `scope`, `type` and `duration` as texts" });
      continue;
    }
    const scope = scopeOf(parsed.data);
    if (scope === null) {
      const name = others.size < MOST_SCOPES || others.has(parsed.data.scope) ? parsed.data.scope.slice(0, 60) : "…";
      others.set(name, (others.get(name) ?? 0) + 1);
      continue;
    }
    const read = readDecision(parsed.data, scope, options);
    if (read.ok) items.push({ line, ...read.value });
    else faults.push({ line, message: read.error });
  }
  const networks: Network[] = [];
  const decisions: DecisionKey[] = [];
  for (const item of stream.data.deleted) {
    const parsed = Decision.safeParse(item);
    const scope = parsed.success ? scopeOf(parsed.data) : null;
    const target = parsed.success && scope !== null ? targetOf(parsed.data, scope) : null;
    if (target === null) continue;
    if (target.isEntry && target.network !== null) networks.push(target.network);
    else decisions.push(target.key);
  }
  const otherScopes = [...others].map(([scope, count]) => ({ scope, count }));
  return ok({ items, withdrawn: { networks, decisions }, otherScopes, faults });
}

type Read =
  | { readonly kind: "network"; readonly entry: FeedEntry }
  | { readonly kind: "decision"; readonly decision: FeedDecision; readonly network: Network | null };

function readDecision(
  decision: Decision,
  scope: DecisionKey["scope"],
  { role: feedRole, nowMs }: { readonly role: FeedRole; readonly nowMs: number },
): Result<Read, string> {
  const role = roleOf(decision.type, feedRole);
  if (role === null) return err(`a ${quoted(decision.type)} in a feed that blocks would become a block`);
  const target = targetOf(decision, scope);
  if (target === null) return err(`expected ${EXPECTED[scope]}, got ${quoted(decision.value)}`);
  const durationMs = parseGoDuration(decision.duration);
  if (durationMs === null) return err(`expected a duration such as \`3h59m\`, got ${quoted(decision.duration)}`);
  const expiresAtMs = Math.ceil(nowMs + durationMs);
  const { key, network, isEntry } = target;
  if (isEntry && network !== null) return ok({ kind: "network", entry: { network, count: null, country: null, expiresAtMs } });
  return ok({ kind: "decision", decision: { ...key, role, expiresAtMs }, network });
}

const EXPECTED: Readonly<Record<DecisionKey["scope"], string>> = {
  ip: "an address or a network",
  range: "an address or a network",
  as: "a network's number such as `64500`",
  country: "a country such as `DE`",
};
const SCOPES: ReadonlyMap<string, DecisionKey["scope"]> = new Map(
  (["ip", "range", "as", "country"] as const).map((scope) => [scope, scope]),
);
const scopeOf = ({ scope }: Decision): DecisionKey["scope"] | null => SCOPES.get(scope.toLowerCase()) ?? null;

function roleOf(type: string, role: FeedRole): FeedRole | null {
  if (role !== "block") return role;
  const known = type.toLowerCase();
  return known === "ban" ? "block" : known === "captcha" ? "challenge" : null;
}

interface Target {
  readonly key: DecisionKey;
  readonly network: Network | null;
  /** A ban on one address, or on a range of more than one: what other feeds hold, too. */
  readonly isEntry: boolean;
}

function targetOf({ value, type }: Decision, scope: DecisionKey["scope"]): Target | null {
  const key = { scope, type: type.toLowerCase() };
  if (scope === "as" || scope === "country") {
    const name = scope === "as" ? asnOf(value) : countryOf(value);
    return name === null ? null : { key: { ...key, value: name }, network: null, isEntry: false };
  }
  const network = parseNetwork(value);
  if (network === null) return null;
  const isSingle = network.bits === (network.first.family === 4 ? 32 : 128);
  const isEntry = key.type === "ban" && isSingle === (scope === "ip");
  return { key: { ...key, value: networkText(network) }, network, isEntry };
}

const LARGEST_ASN = 0xffff_ffff;

function asnOf(text: string): string | null {
  const [, digits] = /^(?:AS)?(\d{1,10})$/i.exec(text.trim()) ?? [];
  return digits === undefined || Number(digits) > LARGEST_ASN ? null : String(Number(digits));
}

/** `T1` is what the platform calls Tor. */
function countryOf(text: string): string | null {
  const code = text.trim().toUpperCase();
  return /^(?:[A-Z]{2}|T1)$/.test(code) ? code : null;
}

/** `3h59m49.5s` as Go writes it, in milliseconds (negative when it is over), or null. */
export function parseGoDuration(text: string): number | null {
  if (!/^-?(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|us|µs|ns|s))+$/.test(text)) return null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(h|ms|m|us|µs|ns|s)/g)) ms += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  return text.startsWith("-") ? -ms : ms;
}
