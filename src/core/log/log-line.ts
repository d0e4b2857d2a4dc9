import { redactField } from "./redact.ts";

export const LOG_LEVELS = ["info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** Flat by intent: collectors index fields, not trees. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
/** Writes one structured record; `event` is a stable snake_case name. */
export type Log = (event: string, fields: LogFields) => void;

/** Events that someone should look at; every other is `info`. */
const LEVEL_OF: ReadonlyMap<string, LogLevel> = new Map([
  ["bug", "error"],
  ["entry_lost", "error"],
  ["entry_set_aside", "error"],
  ["model_failed", "error"],
  ["job_failed", "warn"],
  ["config_refused", "warn"],
  ["gate_failed", "error"],
  ["setting_wrong", "error"],
  ["lists_not_followed", "warn"],
  ["block_guard_held", "warn"],
  ["block_rate_not_judged", "warn"],
  ["breach_rolled_back", "warn"],
  ["block_not_recorded", "warn"],
  ["blocks_late", "warn"],
  ["rollback_delayed", "warn"],
  ["webhook_target_refused", "warn"],
  ["webhooks_not_delivered", "warn"],
]);

export function levelOf(event: string): LogLevel {
  return LEVEL_OF.get(event) ?? "info";
}

/** Whether an event of this level is written when `threshold` is the least that is. */
export function isWritten(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}

/** One line of JSON (S3.18): timestamp, level and event first, then the fields, redacted. A field cannot take the place of the first three. */
export function formatLogLine(event: string, fields: LogFields, nowMs: number): string {
  const line: Record<string, string | number | boolean | null> = { timestamp: new Date(nowMs).toISOString(), level: levelOf(event), event };
  for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(line, name)) line[name] = redactField(name, value);
  return JSON.stringify(line);
}
