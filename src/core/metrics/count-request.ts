import type { Sample } from "./family.ts";

/** Upper bounds of the duration's buckets, milliseconds. */
const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500] as const;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, never the path. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}
/** Answered requests that were not turned into samples yet. */
export interface RequestCounts {
  count(request: AnsweredRequest): void;
  /** Samples of everything counted since the last call; a duration's buckets are cumulative and all there. */
  take(): readonly Sample[];
}

/** Counts answered requests, one look-up each; a method of the caller's own making counts as `other`. */
export function createRequestCounts(): RequestCounts {
  let answers = new Map<string, { readonly labels: readonly string[]; value: number }>();
  let durations = new Map<string, { readonly atMost: number[]; sumMs: number }>();
  return {
    count({ method, route, status, ms }) {
      const verb = METHODS.has(method) ? method : "other";
      const key = `${verb} ${status} ${route}`;
      const answer = answers.get(key);
      if (answer !== undefined) answer.value += 1;
      else answers.set(key, { labels: [verb, route, String(status)], value: 1 });
      const duration = durations.get(route) ?? { atMost: new Array<number>(BOUNDS_MS.length + 1).fill(0), sumMs: 0 };
      durations.set(route, duration);
      const found = BOUNDS_MS.findIndex((bound) => ms <= bound);
      const bucket = found === -1 ? BOUNDS_MS.length : found;
      duration.atMost[bucket] = (duration.atMost[bucket] ?? 0) + 1;
      duration.sumMs += Math.max(0, ms);
    },
    take() {
      const samples: Sample[] = [];
      for (const { labels, value } of answers.values()) samples.push({ name: "tollgate_http_requests_total", labels, value });
      for (const [route, { atMost, sumMs }] of durations) {
        let value = 0;
        for (const [at, count] of atMost.entries()) {
          value += count;
          const bound = BOUNDS_MS[at];
          const le = bound === undefined ? "+Inf" : String(bound / 1_000);
          samples.push({ name: "tollgate_http_request_duration_seconds_bucket", labels: [route, le], value });
        }
        samples.push({ name: "tollgate_http_request_duration_seconds_sum", labels: [route], value: sumMs / 1_000 });
        samples.push({ name: "tollgate_http_request_duration_seconds_count", labels: [route], value });
      }
      answers = new Map();
      durations = new Map();
      return samples;
    },
  };
}
