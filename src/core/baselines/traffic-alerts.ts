import type { World } from "../access/api-key.ts";
import type { NewAlert } from "../alerts/alert.ts";
import { type CountLimits, judgeCount } from "./judge-count.ts";
import { judgeShare, type ShareLimits } from "./judge-share.ts";

/** Figures of a window by kind; what is left out is 0. */
type Counts = Readonly<Record<string, number>>;

/** What happened lately and in comparable windows of earlier weeks. */
export interface TrafficPeriod {
  readonly world: World;
  /** Of 15 minutes, and of the hour. */
  readonly current: Counts;
  readonly currentHour: Counts;
  /** Only weeks whose windows lie wholly after the first count there is. */
  readonly weeks: readonly { readonly samples: readonly Counts[]; readonly around: Counts }[];
  readonly untilMs: number;
}

const FEWEST_WEEKS = 2;
const MOST = { click: "clicks", decision: "decisions" } as const;
const COUNTS = { minimum: 60, factor: 3 } as const satisfies CountLimits;
const REPORTS = { minimum: 5, factor: 3 } as const satisfies CountLimits;
/** Where nothing is usual yet. */
const REPORTS_WITHOUT_BASELINE = { minimum: 10, factor: 3 } as const satisfies CountLimits;
const CONVERSION_RATE = { minimumOf: 200, minimumBaseOf: 500, minimumHits: 15, factor: 2 } as const satisfies ShareLimits;
const FRAUD_RATE = { minimumOf: 50, minimumBaseOf: 200, minimumHits: 10, factor: 2 } as const satisfies ShareLimits;

/**
 * Alerts of S4.10 and S3.19's jumps: reports, clicks and decisions of the last 15 minutes, conversion rate and fraud rate of the last hour, each
 * against the same hour and weekday of the last four weeks. With less than two weeks known only reports say anything.
 */
export function trafficAlerts(period: TrafficPeriod): readonly NewAlert[] {
  const hasBaseline = period.weeks.length >= FEWEST_WEEKS;
  const reports = countAlert(period, "report", hasBaseline ? REPORTS : REPORTS_WITHOUT_BASELINE);
  const alerts = [reports?.details.direction === "above" ? reports : null];
  if (hasBaseline)
    alerts.push(
      ...Object.keys(MOST).map((kind) => countAlert(period, kind, COUNTS)),
      shareAlert(period, { kind: "conversion_rate", of: "click", hits: "conversion", words: "of clicks convert", limits: CONVERSION_RATE }),
      onlyAbove(
        shareAlert(period, { kind: "fraud_rate", of: "decision", hits: "fraud", words: "of decisions are fraud", limits: FRAUD_RATE }),
      ),
    );
  return alerts.filter((alert) => alert !== null);
}

const onlyAbove = (alert: NewAlert | null): NewAlert | null => (alert?.details.direction === "above" ? alert : null);
const at = (counts: Counts, kind: string): number => counts[kind] ?? 0;
const rounded = (value: number): number => Math.round(value * 100) / 100;
const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`;

function countAlert({ world, current, weeks, untilMs }: TrafficPeriod, kind: string, limits: CountLimits): NewAlert | null {
  const count = at(current, kind);
  const samples = weeks.flatMap((week) => week.samples.map((one) => at(one, kind)));
  const verdict = judgeCount(count, samples, limits);
  if (verdict === null) return null;
  const { direction, expected, deviations } = verdict;
  const words = kind === "click" || kind === "decision" ? MOST[kind] : "reports";
  const name = kind === "report" ? "reports" : `${words}_${direction}_baseline`;
  return {
    kind: name,
    severity: Math.abs(deviations) >= 10 && direction === "above" ? "high" : "medium",
    world,
    dedupKey: name,
    title: `${count} ${words} in 15 minutes; ${expected} are usual at this hour and weekday`,
    details: {
      direction,
      count,
      expected,
      deviations: rounded(deviations),
      samples: samples.length,
      until: new Date(untilMs).toISOString(),
    },
    atMs: untilMs,
  };
}

interface ShareAsked {
  readonly kind: string;
  readonly of: string;
  readonly hits: string;
  readonly words: string;
  readonly limits: ShareLimits;
}

function shareAlert({ world, currentHour, weeks, untilMs }: TrafficPeriod, { kind, of, hits, words, limits }: ShareAsked): NewAlert | null {
  const sum = (name: string): number => weeks.reduce((total, { around }) => total + at(around, name), 0);
  const now = { hits: at(currentHour, hits), of: at(currentHour, of) };
  const base = { hits: sum(hits), of: sum(of) };
  const verdict = judgeShare(now, base, limits);
  if (verdict === null) return null;
  const { direction, share, expected } = verdict;
  return {
    kind,
    severity: kind === "fraud_rate" ? "high" : "medium",
    world,
    dedupKey: `${kind}:${direction}`,
    title: `${percent(share)} ${words} within the last hour; ${percent(expected)} are usual at this hour and weekday`,
    details: {
      direction,
      share,
      expected,
      hits: now.hits,
      of: now.of,
      usual_hits: base.hits,
      usual_of: base.of,
      until: new Date(untilMs).toISOString(),
    },
    atMs: untilMs,
  };
}
