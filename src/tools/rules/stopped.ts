/** What `--help` says of exit codes. */
export const EXIT_CODES = `Exit code 0: done. 1: refused, faults, or failed cases. 2: called wrongly. 3: the service gave no answer or has a fault of its own.
4: someone else changed it first; look, then try again.`;

export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** Why a command ended early, as a sentence for people and with the rest for machines. Shown without a stack. */
export class Stopped extends Error {
  override name = "Stopped";
  readonly exitCode: ExitCode;
  /** Stable, what programs branch on. */
  readonly code: string;
  /** Members beside `ok`, `code` and `detail` in what `--json` prints. */
  readonly more: Readonly<Record<string, unknown>>;
  /** Lines below the sentence, such as faults with their place. */
  readonly lines: readonly string[];

  constructor(
    exitCode: ExitCode,
    code: string,
    detail: string,
    rest: { readonly more?: Readonly<Record<string, unknown>>; readonly lines?: readonly string[] } = {},
  ) {
    super(detail);
    this.exitCode = exitCode;
    this.code = code;
    this.more = rest.more ?? {};
    this.lines = rest.lines ?? [];
  }
}

/** A command that was called in a way it cannot do anything with. */
export function wrongUse(sentence: string): Stopped {
  return new Stopped(2, "usage", sentence);
}
