import type { World } from "../core/access/api-key.ts";
import type { Answer } from "./answer.ts";

/** A period, [fromMs, untilMs); clicks and decisions count by slots of five minutes. */
export interface FraudStatsQuery {
  readonly world: World;
  readonly fromMs: number;
  readonly untilMs: number;
}
type ByName = Readonly<Record<string, number>>;

/** What a period brought; what did not happen is left out of the tables. */
export interface FraudStats {
  readonly clicks: number;
  readonly conversions: number;
  readonly decisions: number;
  readonly fraud: number;
  /** Opened in the period. */
  readonly reports: { readonly total: number; readonly byType: ByName; readonly bySeverity: ByName; readonly byStatus: ByName };
  /** Block entries made in the period by people and rules, and those in force now. */
  readonly blocks: { readonly created: number; readonly byKind: ByName; readonly bySource: ByName; readonly active: number };
}
export interface FraudStatsSource {
  read(query: FraudStatsQuery, budgetMs: number): Answer<FraudStats>;
}
