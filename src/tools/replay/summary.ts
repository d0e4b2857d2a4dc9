import { OUTCOMES, type Outcome } from "../../core/decision/outcome.ts";
import type { Answer } from "./send.ts";

interface Share {
  readonly all: number;
  readonly fraud: number;
}
/** What a replay gave. Recall and precision are NaN when there was nothing to divide by. */
export interface Summary {
  readonly sent: number;
  readonly decided: number;
  readonly frauds: number;
  readonly outcomes: Readonly<Record<Outcome, Share>>;
  /** By which outcomes count as caught. */
  readonly caught: Readonly<Record<"reviewOrBlock" | "block", { readonly recall: number; readonly precision: number }>>;
  /** Most hits first. */
  readonly rules: readonly (readonly [string, Share])[];
  readonly degraded: readonly (readonly [string, number])[];
  readonly model: readonly (readonly [string, number])[];
  readonly errors: readonly (readonly [string, number])[];
  /** Milliseconds; NaN without answers. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

export interface Tally {
  add(isFraud: boolean, answer: Answer): void;
  /** An error of another call than the decision, e.g. its label. */
  addError(code: string): void;
  summary(): Summary;
}

/** Counts answers as they come; an errored transaction counts as sent, and as not caught. */
export function createTally(): Tally {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, { all: 0, fraud: 0 }])) as Record<
    Outcome,
    { all: number; fraud: number }
  >;
  const rules = new Map<string, { all: number; fraud: number }>();
  const degraded = new Map<string, number>();
  const model = new Map<string, number>();
  const errors = new Map<string, number>();
  const latencies: number[] = [];
  let sent = 0;
  let frauds = 0;

  return {
    add(isFraud, answer) {
      const fraud = isFraud ? 1 : 0;
      sent++;
      frauds += fraud;
      latencies.push(answer.latencyMs);
      if (answer.kind === "error") return count(errors, answer.code);
      const { outcome, rules: fired, degraded: parts, model: said } = answer.decision;
      outcomes[outcome].all++;
      outcomes[outcome].fraud += fraud;
      for (const { id } of fired) {
        const share = rules.get(id) ?? { all: 0, fraud: 0 };
        rules.set(id, { all: share.all + 1, fraud: share.fraud + fraud });
      }
      for (const part of parts) count(degraded, part);
      count(model, said.status);
    },
    addError: (code) => count(errors, code),
    summary() {
      const sorted = latencies.toSorted((a, b) => a - b);
      const over = (...caught: Outcome[]) => {
        const all = caught.reduce((sum, outcome) => sum + outcomes[outcome].all, 0);
        const fraud = caught.reduce((sum, outcome) => sum + outcomes[outcome].fraud, 0);
        return { recall: fraud / frauds, precision: fraud / all };
      };
      return {
        sent,
        decided: OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome].all, 0),
        frauds,
        outcomes: structuredClone(outcomes),
        caught: { reviewOrBlock: over("review", "block"), block: over("block") },
        rules: [...rules].sort(([idA, a], [idB, b]) => b.all - a.all || (idA < idB ? -1 : 1)),
        degraded: mostFirst(degraded),
        model: mostFirst(model),
        errors: mostFirst(errors),
        latency: {
          p50: percentile(sorted, 0.5),
          p95: percentile(sorted, 0.95),
          p99: percentile(sorted, 0.99),
          max: sorted.at(-1) ?? Number.NaN,
        },
      };
    },
  };
}

/** Nearest rank: the smallest value that at least a share `q` of all values does not exceed. */
export function percentile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1));
}
