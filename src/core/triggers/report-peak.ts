import type { NewReport } from "../reports/report.ts";
import { type Peak, stretchMs } from "./find-peaks.ts";
import type { TrafficEvent } from "./traffic-event.ts";
import { MOST_EVENTS_READ, type TrafficEntity } from "./trigger-document.ts";
import type { EventTrigger } from "./triggers.ts";

/** Names a report without saying whom it is about: a keyed hash of a text. */
export type NameHash = (text: string) => string;

const MOST_SHOWN = 20;
const MOST_RELATED = 50;
/** Each time a figure has grown by this factor it is told again. */
const TOLD_AGAIN = 4;

/** What a trigger found about an entity, as a finding: the same figures in the same stretch are one, four times as much is one more. */
export function reportPeak(
  trigger: EventTrigger,
  peak: Peak,
  found: { readonly value: string; readonly livemode: boolean; readonly hash: NameHash; readonly nowMs: number },
): NewReport {
  const { value, livemode, hash, nowMs } = found;
  const level = Math.floor(Math.log(peak.value / trigger.atLeast) / Math.log(TOLD_AGAIN));
  const stretch = Math.floor(peak.atMs / stretchMs(trigger));
  const key = `${trigger.report} ${livemode} ${trigger.about} ${value}`;
  const all = [...peak.events, ...peak.followed];
  return {
    id: `${trigger.id}_${hash(`${trigger.id} ${key} ${stretch} ${level}`)}`,
    dedupKey: `trigger:${trigger.report}:${hash(key)}`,
    type: trigger.report,
    severity: trigger.severity,
    origin: "trigger",
    livemode,
    entity: { kind: trigger.about, value },
    description: sentence(trigger, peak),
    evidence: evidenceOf(trigger, peak),
    decisionIds: [],
    ruleId: null,
    related: {
      addresses: valuesOf(all, "ip", trigger.about),
      devices: valuesOf(all, "device", trigger.about),
      clients: valuesOf(all, "client", trigger.about),
    },
    deadline: null,
    openedAtMs: nowMs,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

const WORDS = {
  click: "clicks",
  conversion: "conversions",
  register: "registrations",
  login: "logins",
  profile_change: "profile changes",
} as const;
const OWNERS = { ip: "one address", device: "one device", client: "one client" } as const;
const OTHERS = { ip: "addresses", device: "devices", client: "clients", email: "e-mail addresses" } as const;

function sentence(trigger: EventTrigger, peak: Peak): string {
  const words = `${trigger.status === null ? "" : `${trigger.status === "failed" ? "failed" : "successful"} `}${WORDS[trigger.event]}`;
  const figure = `${peak.value}${isCut(peak) ? " or more" : ""}`;
  const counted = trigger.distinct === null ? `${figure} ${words}` : `${words} of ${figure} ${OTHERS[trigger.distinct]}`;
  const share =
    peak.share === null
      ? ""
      : `, ${Math.round(peak.share.share * 100)} % of ${peak.share.of} ${trigger.share?.per === "click" ? "clicks" : "impressions"}`;
  const then = peak.followed.length === 0 ? "" : `, then ${peak.followed.map(stepWords).join(" and ")}`;
  const first = peak.events[0]?.atMs ?? peak.atMs;
  return `${trigger.name}: ${counted} by ${OWNERS[trigger.about]} from ${iso(first)} to ${iso(peak.atMs)}${share}${then}`;
}

const stepWords = ({ type, status, atMs }: TrafficEvent): string =>
  `a ${type === "login" ? (status === "failed" ? "failed login" : "successful login") : type.replace("_", " ")} at ${iso(atMs)}`;

/** As many were read as may be: there may be more. */
const isCut = (peak: Peak): boolean => peak.events.length >= MOST_EVENTS_READ;

function evidenceOf(trigger: EventTrigger, peak: Peak): NewReport["evidence"] {
  const { events, followed, value, share } = peak;
  const distinct = (of: "client" | "device" | "ip" | "email"): number => new Set(events.flatMap((event) => event[of] ?? [])).size;
  const shown = ({ id, type, status, atMs }: TrafficEvent) => ({ id, type, status, at: iso(atMs) });
  return {
    trigger: trigger.id,
    measured: trigger.distinct === null ? `${trigger.event}s` : `${trigger.distinct}s`,
    value,
    ...(isCut(peak) ? { value_is_at_least: true } : {}),
    threshold: trigger.atLeast,
    window_seconds: trigger.windowMs / 1_000,
    first_at: iso(events[0]?.atMs ?? peak.atMs),
    last_at: iso(peak.atMs),
    ...(share === null || trigger.share === null
      ? {}
      : { share: share.share, share_at_least: share.low, share_threshold: trigger.share.above, of: share.of, per: trigger.share.per }),
    distinct: { clients: distinct("client"), devices: distinct("device"), addresses: distinct("ip"), emails: distinct("email") },
    events: events.slice(-MOST_SHOWN).map(shown),
    ...(followed.length === 0 ? {} : { followed_by: followed.map(shown) }),
  };
}

/** The others that took part, the newest first. */
function valuesOf(events: readonly TrafficEvent[], of: TrafficEntity, about: TrafficEntity): readonly string[] {
  if (of === about) return [];
  return [...new Set(events.toReversed().flatMap((event) => event[of] ?? []))].slice(0, MOST_RELATED);
}
