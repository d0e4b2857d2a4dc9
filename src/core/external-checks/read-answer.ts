import { isStorable } from "../event/unstorable-text.ts";
import { err, ok, type Result } from "../result.ts";
import type { AnswerValue, CheckSettings } from "./check-settings.ts";
import { readJsonPath } from "./json-path.ts";

/** A service's answer by the keys of its settings; null is absent. */
export type CheckValues = Readonly<Record<string, string | number | boolean | null>>;

const LONGEST_TEXT = 512;

/** Reads an answer by the settings' paths. An answer that lacks one, or has another type there, is of another shape: its paths are told, and nothing of it counts. */
export function readAnswer(answers: CheckSettings["answers"], text: string): Result<CheckValues, readonly string[]> {
  const json = parseJson(text);
  const values: Record<string, string | number | boolean | null> = {};
  const misshapen: string[] = [];
  for (const [key, answer] of Object.entries(answers)) {
    const value = readValue(readJsonPath(json, answer.path), answer);
    if (value === undefined) misshapen.push(answer.path);
    else values[key] = value;
  }
  return misshapen.length === 0 ? ok(values) : err(misshapen);
}

function readValue(value: unknown, { type, optional }: AnswerValue): string | number | boolean | null | undefined {
  if (value === null || value === undefined) return optional ? null : undefined;
  switch (type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "text":
      return typeof value === "string" && value.length <= LONGEST_TEXT && isStorable(value) ? value : undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
