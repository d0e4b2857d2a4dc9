import type { World } from "../core/access/api-key.ts";
import type { Answer } from "./answer.ts";

export interface RuleStatsQuery {
  readonly world: World;
  /** Hours of decision from this one on. */
  readonly fromMs: number;
  /** A rule's id, with its file or without; null for all. */
  readonly rule: string | null;
  readonly seq: number | null;
}
/** What a version decided. */
export interface VersionStats {
  readonly seq: number;
  /** Its ruleset by hash. */
  readonly ruleset: string;
  readonly decisions: number;
  readonly blocked: number;
  /** Would have been blocked, and the guard held them back. */
  readonly heldBack: number;
}
/** What a rule did in the decisions of a version. */
export interface RuleStats {
  readonly seq: number;
  readonly rule: string;
  /** As the version has them; null for a rule of a version that is not stored. */
  readonly name: string | null;
  readonly mode: "live" | "shadow" | "off" | null;
  /** Decisions on events that the rule applies to. */
  readonly evaluated: number;
  /** Fired and counted. */
  readonly acted: number;
  /** Fired and was only recorded: in shadow mode, or outside its rollout. */
  readonly shadowed: number;
  /** Could not be told for want of a value; live rules only. */
  readonly unknown: number;
  /** Part of `unknown`: a source had failed. */
  readonly errors: number;
  /** Decisions that rules and score blocked and in which it acted, and the sum of their amounts. */
  readonly blocked: number;
  readonly stoppedMinor: number;
  /** Decisions in which it fired, by their latest label; a chargeback is fraud. */
  readonly labelledFraud: number;
  readonly labelledLegitimate: number;
}
export interface RuleStatsStore {
  /** Newest version first, then in the order of ids. */
  read(
    query: RuleStatsQuery,
    budgetMs: number,
  ): Answer<{ readonly versions: readonly VersionStats[]; readonly rules: readonly RuleStats[] }>;
  /** Forgets hours before this one. */
  forget(beforeMs: number, budgetMs: number): Answer<void>;
}
