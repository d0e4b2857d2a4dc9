import type { CanonicalEvent } from "../../core/event/event.ts";
import { stageKey } from "./keys.ts";
import { FIELD, SECTION } from "./scripts/claim-functions.ts";

/** One stage of a transaction in its claim's value. */
export interface ClaimSection {
  readonly stage: string;
  readonly bodyHash: string;
  readonly token: string;
  readonly firstSeenMs: number;
  /** `open` until its decision is added; an event without a decision is settled with none; `recorded` once Postgres has it. */
  readonly state: "open" | "settled" | "recorded";
  /** Null once Postgres has it. */
  readonly event: CanonicalEvent | null;
  readonly decision: string | null;
}

export function writeSection(section: ClaimSection & { readonly event: CanonicalEvent }): string {
  const { stage, bodyHash, token, firstSeenMs, state, event, decision } = section;
  return (
    SECTION + [stageKey(stage), bodyHash, token, String(firstSeenMs), state, JSON.stringify(event), decisionText(decision)].join(FIELD)
  );
}

/** The sections of a claim in the order of their stages' arrival; what is not one is left out. */
export function readClaim(value: string): ClaimSection[] {
  const sections: ClaimSection[] = [];
  for (const part of value.split(SECTION)) {
    const [stage, bodyHash, token, firstSeenMs, state, event, decision] = part.split(FIELD);
    if (stage === undefined || bodyHash === undefined || token === undefined || event === undefined) continue;
    const isRecorded = state === "recorded";
    const parsed = isRecorded ? null : parseEvent(event);
    if (parsed === null && !isRecorded) continue;
    sections.push({
      stage: parsed?.stage ?? stage,
      bodyHash,
      token,
      firstSeenMs: Number(firstSeenMs),
      state: isRecorded ? "recorded" : state === "settled" ? "settled" : "open",
      event: parsed,
      decision: decision || null,
    });
  }
  return sections;
}

/** A decision is JSON text, in which control characters are always escaped; one that is not loses its separators. */
export function decisionText(decision: string | null): string {
  return (decision ?? "").replaceAll(SECTION, " ").replaceAll(FIELD, " ");
}

/** We wrote it from a CanonicalEvent; only a damaged value is not one. */
function parseEvent(text: string): CanonicalEvent | null {
  try {
    return JSON.parse(text) as CanonicalEvent;
  } catch {
    return null;
  }
}
