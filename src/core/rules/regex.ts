import { RE2JS } from "re2js";
import type { FeatureType } from "../features/value.ts";
import { err, ok, type Result } from "../result.ts";

/** A compiled RE2 expression: linear time on any input. */
export interface Regex {
  /** Whether it matches anywhere in the text (anchor with `^` and `$`). */
  test(text: string): boolean;
  /** Instructions of its program: what a character of a text costs at worst. */
  readonly size: number;
}

/** Compiles RE2 syntax for values of a type (e-mail and text are folded, so case is ignored there), or says what is wrong with it. */
export function compileRegex(pattern: string, type: FeatureType, sizeLimit: number): Result<Regex, string> {
  try {
    const regex = RE2JS.compile(pattern, type === "id" ? 0 : RE2JS.CASE_INSENSITIVE);
    const size = regex.programSize();
    if (size > sizeLimit) return err(`the expression is too large (${size} steps, at most ${sizeLimit})`);
    return ok({ test: (text) => regex.test(text), size });
  } catch (error) {
    // The library reports every bad expression by throwing; its sentence names the offending part.
    return err(error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "it cannot be read");
  }
}
