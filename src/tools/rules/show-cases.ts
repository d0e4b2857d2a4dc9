import * as z from "zod";
import type { CasesReport } from "../../core/rules/run-cases.ts";
import type { LocalSources } from "./local-sources.ts";
import { localCaseFaults, localCaseFile, textsByPath } from "./places.ts";
import { countOf, faultLines, ShownFault } from "./show-faults.ts";

/** A case's result as the runner or the service's answer gives it. */
export const ShownCase = z.object({
  file: z.string(),
  name: z.string(),
  failures: z.array(z.string()).readonly(),
  faults: z.array(ShownFault).readonly(),
});
export type ShownCase = Readonly<z.infer<typeof ShownCase>>;

/** Cases with the paths of their files here. */
export function localCases(cases: readonly ShownCase[], sources: LocalSources): ShownCase[] {
  return cases.map((one) => ({ ...one, file: localCaseFile(one.file, sources), faults: localCaseFaults(one.faults, sources) }));
}

/** What did not pass, each case with its place and what was otherwise than it says. */
export function failureLines(cases: readonly ShownCase[], sources: LocalSources): string[] {
  const texts = textsByPath(sources);
  const failed = cases.filter((one) => one.failures.length + one.faults.length > 0);
  return failed.flatMap((one) => [
    `${placeOf(one, texts)}  ${one.name}`,
    ...[...one.failures, ...faultLines(one.faults, texts)].map((line) => `    ${line}`),
  ]);
}

/** `3 cases: 2 passed, 1 failed`. */
export function summaryOf({ passed, failed, faults }: CasesReport): string {
  const unread = faults.length === 0 ? "" : `, and ${countOf(faults.length, "fault")} in files that could not be read`;
  return `${countOf(passed + failed, "case")}: ${passed} passed, ${failed} failed${unread}`;
}

/** Which live rules no case lets fire; no line when there is none. */
export function uncoveredLines(ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const [verb, them] = ids.length === 1 ? ["has", "it"] : ["have", "them"];
  return [`${countOf(ids.length, "live rule")} ${verb} no case that lets ${them} fire: ${ids.join(", ")}`];
}

function placeOf({ file, name }: ShownCase, texts: ReadonlyMap<string, string>): string {
  const text = texts.get(file) ?? "";
  const offset = text.indexOf(JSON.stringify(name));
  return offset < 0 ? file : `${file}:${text.slice(0, offset).split("\n").length}`;
}
