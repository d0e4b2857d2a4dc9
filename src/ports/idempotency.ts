import type { Answer } from "./answer.ts";

export interface RepeatableCall {
  /** Whose key it is: the same key of two callers is two keys. */
  readonly scope: string;
  readonly key: string;
  /** Method, path, query and body: what must be the same in a repeat. */
  readonly request: string;
}
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type RepeatClaim =
  | { readonly kind: "new" }
  | { readonly kind: "in_flight" }
  | { readonly kind: "other_request" }
  /** It was answered, and the answer was erased with whom it named. */
  | { readonly kind: "erased" }
  | { readonly kind: "replay"; readonly answer: StoredAnswer };
export interface IdempotencyStore {
  /** `token` is this call's own, kept over retries. */
  claim(call: RepeatableCall, token: string, budgetMs: number): Answer<RepeatClaim>;
  /** Keeps the answer for repeats, 24 h. */
  complete(call: RepeatableCall, answer: StoredAnswer, budgetMs: number): Answer<void>;
  /** Forgets a claim whose call had no effect to keep. */
  release(call: RepeatableCall, budgetMs: number): Answer<void>;
}
