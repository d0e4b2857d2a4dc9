import * as z from "zod";
import type { LocalSources } from "./local-sources.ts";
import { localCaseFaults, localFaults, textsByPath } from "./places.ts";
import { failureLines, localCases, ShownCase } from "./show-cases.ts";
import { countOf, faultLines, ShownFault } from "./show-faults.ts";
import { Stopped } from "./stopped.ts";

const Refused = z.looseObject({ faults: z.array(ShownFault).default([]), cases: z.array(ShownCase).default([]) });

/** The same refusal of files that were sent, with the places of its faults and failed cases here. */
export function localRefusal(refusal: Stopped, sources: LocalSources): Stopped {
  const read = Refused.safeParse(refusal.more);
  if (!read.success) return refusal;
  if (read.data.cases.length > 0) return withCases(refusal, read.data, sources);
  if (read.data.faults.length === 0) return refusal;
  const faults = localFaults(read.data.faults, sources);
  const lines = [...faultLines(faults, textsByPath(sources)), countOf(faults.length, "fault")];
  return new Stopped(refusal.exitCode, refusal.code, refusal.message, { more: { ...refusal.more, faults }, lines });
}

/** Faults of a refusal for its cases are those of files of cases, and repeat what the cases say. */
function withCases(refusal: Stopped, read: z.infer<typeof Refused>, sources: LocalSources): Stopped {
  const cases = localCases(read.cases, sources);
  const faults = localCaseFaults(read.faults, sources).filter(
    (fault) =>
      fault.code !== "case_failed" &&
      !cases.some((one) => one.faults.some((other) => other.path === fault.path && other.file === fault.file)),
  );
  const lines = [...faultLines(faults, textsByPath(sources)), ...failureLines(cases, sources)];
  return new Stopped(refusal.exitCode, refusal.code, refusal.message, { more: { ...refusal.more, faults, cases }, lines });
}
