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
