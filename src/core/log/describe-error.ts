import { redactText } from "./redact.ts";

/** The name of an error whose message names variables and never holds their values. */
export const CONFIGURATION_ERROR = "ConfigurationError";
const OUR_KINDS: readonly unknown[] = [TypeError, RangeError, ReferenceError];

/** What may be told of a bug: the error's kind, the places it came through, and its message only when the language itself wrote it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string | null;
  readonly stack: string | null;
}

/**
 * Describes what was thrown without what it carried: messages of client libraries quote whole commands and rows,
 * so only those of the language's own error classes and of a wrong configuration are kept, redacted; of a stack only the frames.
 */
export function describeError(thrown: unknown): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: null, stack: null };
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    name: redactText(thrown.name),
    message: OUR_KINDS.includes(thrown.constructor) || thrown.name === CONFIGURATION_ERROR ? redactText(thrown.message) : null,
    stack:
      frames.length === 0
        ? null
        : frames
            .slice(0, 8)
            .map((line) => line.trim())
            .join(" | ")
            .slice(0, 1_500),
  };
}
