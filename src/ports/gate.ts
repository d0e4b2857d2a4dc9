import type { GateRefusal, RefusalBatch, RefusalTreatment } from "../core/gate/refusal.ts";
import type { Answer } from "./answer.ts";

/** What stands behind the gate. */
export interface Origin {
  /** Sends a request on and gives the answer as it came: redirects are not followed, bodies stream. Null where no origin is set for its host. */
  send(request: Request): Promise<Response> | null;
}

/** Asks whoever posed a challenge whether a visitor passed it. */
export interface ChallengeVerifier {
  verify(proof: ChallengeProof, budgetMs: number): Answer<boolean>;
}
export interface ChallengeProof {
  readonly token: string;
  /** Canonical. */
  readonly address: string;
  readonly hostname: string;
}

/** Where the gate sends its refusals, behind its answers. */
export interface RefusalSink {
  send(batch: RefusalBatch, budgetMs: number): Answer<void>;
}
export const REFUSAL_TOTALS = ["entry", "path", "country"] as const;
export type RefusalTotalBy = (typeof REFUSAL_TOTALS)[number];
export interface RefusalQuery {
  readonly by: RefusalTotalBy;
  readonly treatment: RefusalTreatment | null;
  readonly entry: string | null;
  readonly path: string | null;
  readonly country: string | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly limit: number;
}
/** Refusals of the last days. */
export interface RefusalStore {
  /** Keeps a batch, once however often it comes. */
  keep(batch: RefusalBatch, budgetMs: number): Answer<void>;
  byReference(reference: string, budgetMs: number): Answer<readonly GateRefusal[]>;
  /** Counts by hour added up, the largest first. `value` is null for what has no country. */
  totals(query: RefusalQuery, budgetMs: number): Answer<readonly { readonly value: string | null; readonly count: number }[]>;
}
