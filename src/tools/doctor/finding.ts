/** What the doctor found out about one thing. */
export interface Finding {
  readonly state: "ok" | "note" | "warning" | "wrong";
  readonly part: string;
  readonly says: string;
  /** What to do about a warning or a fault: a command, or a sentence. */
  readonly fix?: string;
}

/** One question of several, so that a cold connection or a busy moment is no measurement. */
const QUESTIONS = 7;

export interface RoundTrips {
  /** The first, with what it took to connect or to wake up. */
  readonly firstMs: number;
  readonly medianMs: number;
}

/** Asks again and again, one after the other; stops at the first fault and gives it. */
export async function measure<Fault>(ask: () => Promise<Fault | null>): Promise<RoundTrips | { readonly fault: Fault }> {
  const tookMs: number[] = [];
  for (let i = 0; i <= QUESTIONS; i++) {
    const startMs = performance.now();
    const fault = await ask();
    if (fault !== null) return { fault };
    tookMs.push(performance.now() - startMs);
  }
  const [firstMs = Number.NaN, ...others] = tookMs;
  return { firstMs, medianMs: others.sort((a, b) => a - b)[Math.floor(others.length / 2)] ?? Number.NaN };
}

export const shownMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** How far a store is, beside what a decision may take in all. @param from who measured it */
export function distanceOf(part: string, roundTripMs: number, deadlineMs: number, from: string): Finding {
  const says = `${shownMs(roundTripMs)} a round trip, measured ${from}`;
  if (roundTripMs <= deadlineMs / 3) return { state: "ok", part, says };
  const share = `more than a third of the ${deadlineMs} ms that a decision has`;
  const fix = "put the store beside the Worker: `placement` in wrangler.toml, the same region for both stores, or a longer DEADLINE_MS";
  return { state: "warning", part, says: `${says}: ${share}`, fix };
}

/** Why `fetch` failed, in a word: the system's own code where there is one. */
export function networkCode(error: unknown): string {
  const causes = [error, (error as { readonly cause?: unknown }).cause].filter((cause) => cause instanceof Error);
  const coded = causes.find((cause) => "code" in cause && typeof cause.code === "string") as { readonly code: string } | undefined;
  if (coded !== undefined) return coded.code;
  return causes.some(({ name }) => name === "TimeoutError") ? "no answer in time" : (causes.at(-1)?.message ?? "no connection");
}
