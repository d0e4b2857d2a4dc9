import type { ClientAggregates, EntityAggregates } from "../core/features/aggregates.ts";
import type { Answer } from "./answer.ts";

export interface AggregateRequest {
  readonly client: string | null;
  readonly dest: string | null;
  /** Windows end here; epoch milliseconds. */
  readonly asOfMs: number;
  /** Left out of every statistic. */
  readonly exceptId: string;
  readonly budgetMs: number;
}
export interface AggregateSource {
  aggregate(request: AggregateRequest): Answer<{ readonly client: ClientAggregates | null; readonly dest: EntityAggregates | null }>;
}
