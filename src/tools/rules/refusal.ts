import * as z from "zod";
import { ShownFault } from "./show-faults.ts";
import { type ExitCode, Stopped } from "./stopped.ts";

const Problem = z.looseObject({ code: z.string(), detail: z.string(), errors: z.array(ShownFault).default([]) });

/** What the service said instead of doing it, as the end of a command; every member of the problem is kept for machines. */
export function refusalOf(status: number, json: unknown, url: string): Stopped {
  const problem = Problem.safeParse(json);
  if (!problem.success) return new Stopped(3, "unexpected_answer", `${url} answered ${status} without saying why: is it a Tollgate?`);
  const { code, detail, errors, type: _type, title: _title, status: _status, ...more } = problem.data;
  return new Stopped(exitCodeOf(status), code, sentenceOf(status, detail), {
    more: { status, faults: errors, ...more },
    lines: linesOf(errors, detail),
  });
}

function exitCodeOf(status: number): ExitCode {
  if (status === 409) return 4;
  return status >= 500 ? 3 : 1;
}

function sentenceOf(status: number, detail: string): string {
  return status === 401 ? `${detail}: set TOLLGATE_KEY, or give --key-file` : detail;
}

/** The faults as sentences, but for the one that the detail already tells. */
function linesOf(errors: readonly ShownFault[], detail: string): string[] {
  return errors
    .filter(({ message }) => !detail.includes(message))
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
}
