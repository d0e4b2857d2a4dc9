import type { LimitCall, Standing } from "../core/limits/verdict.ts";
import type { Answer } from "./answer.ts";

export interface LimitStore {
  /** Counts a call in all of its limits, or in none when one is used up: how each stands, in their order. */
  take(call: LimitCall, nowMs: number, budgetMs: number): Answer<readonly Standing[]>;
}
