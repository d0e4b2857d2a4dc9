import * as z from "zod";
import { type Network, parseNetwork } from "../../address/network.ts";
import { err, ok, type Result } from "../../result.ts";
import type { FeedRole } from "../list-role.ts";
import { type FeedEntry, type FeedFault, quoted } from "./feed-format.ts";

const Decision = z.object({ duration: z.string(), scope: z.string(), type: z.string(), value: z.string() });
type Decision = z.infer<typeof Decision>;
const Decisions = z
  .array(z.unknown())
  .nullable()
  .transform((list) => list ?? []);
const Stream = z.union([Decisions.transform((list) => ({ new: list, deleted: [] })), z.object({ new: Decisions, deleted: Decisions })]);

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

export interface CrowdsecDecisions {
  /** With the place in `new`, from 1. */
  readonly entries: readonly { readonly line: number; readonly entry: FeedEntry }[];
  /** What the stream takes back; a decision of `entries` on the same network is another one and stays. */
  readonly withdrawn: readonly Network[];
  readonly faults: readonly FeedFault[];
}

/**
 * Decisions of CrowdSec's LAPI on addresses and ranges; the error is what is wrong with the document. Others (`AS`, `Country`) are faults, and so is
 * anything milder than a ban in a feed that blocks. Durations run from `nowMs`.
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
  const entries: { line: number; entry: FeedEntry }[] = [];
  const faults: FeedFault[] = [];
  for (const [at, item] of stream.data.new.entries()) {
    const entry = entryOf(item, options);
    if (entry.ok) entries.push({ line: at + 1, entry: entry.value });
    else faults.push({ line: at + 1, message: entry.error });
  }
  const withdrawn = stream.data.deleted.flatMap((item) => {
    const decision = Decision.safeParse(item);
    const network = decision.success ? networkOf(decision.data) : null;
    return network === null ? [] : [network];
  });
  return ok({ entries, withdrawn, faults });
}

function entryOf(item: unknown, { role, nowMs }: { readonly role: FeedRole; readonly nowMs: number }): Result<FeedEntry, string> {
  const parsed = Decision.safeParse(item);
  if (!parsed.success) return err("expected `value`, `scope`, `type` and `duration` as texts");
  const { data: decision } = parsed;
  if (!isOnAddresses(decision)) return err(`a decision on ${quoted(decision.scope)} is not about addresses`);
  if (role === "block" && decision.type !== "ban") return err(`a ${quoted(decision.type)} in a feed that blocks would become a block`);
  const network = networkOf(decision);
  if (network === null) return err(`expected an address or a network, got ${quoted(decision.value)}`);
  const durationMs = parseGoDuration(decision.duration);
  if (durationMs === null) return err(`expected a duration such as \`3h59m\`, got ${quoted(decision.duration)}`);
  return ok({ network, count: null, country: null, expiresAtMs: Math.ceil(nowMs + durationMs) });
}

const isOnAddresses = ({ scope }: Decision): boolean => ["ip", "range"].includes(scope.toLowerCase());
const networkOf = (decision: Decision): Network | null => (isOnAddresses(decision) ? parseNetwork(decision.value) : null);

/** `3h59m49.5s` as Go writes it, in milliseconds (negative when it is over), or null. */
export function parseGoDuration(text: string): number | null {
  if (!/^-?(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|us|µs|ns|s))+$/.test(text)) return null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(h|ms|m|us|µs|ns|s)/g)) ms += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  return text.startsWith("-") ? -ms : ms;
}
