import { createCurrency } from "../../core/event/money.ts";
import { type CheckedSources, checkSources } from "../../core/rules/check-sources.ts";
import type { Report } from "./command.ts";
import type { Flags } from "./flags.ts";
import { asSources, type LocalSources } from "./local-sources.ts";
import { localFaults, textsByPath } from "./places.ts";
import { countOf, faultLines, type ShownFault } from "./show-faults.ts";
import { wrongUse } from "./stopped.ts";

/** What a deployment would tell that files do not say. */
export const CURRENCY_FLAG = {
  currency: { value: "CODE", about: "whose minor unit amounts may use (default $CURRENCY, else EUR)" },
} as const satisfies Flags;

export type LocalCheck =
  | { readonly ok: true; readonly value: CheckedSources & { readonly currencyExponent: number } }
  | { readonly ok: false; readonly report: Report };

/** Checks files as they would be published together, offline; with faults it gives the report to end with. */
export function checkLocal(
  sources: LocalSources,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): LocalCheck {
  const currencyExponent = exponentOf(currencyOf(given, env));
  const checked = checkSources(asSources(sources), { currencyExponent });
  if (checked.ok) return { ok: true, value: { ...checked.value, currencyExponent } };
  return { ok: false, report: faultsReport(localFaults(checked.error, sources), textsByPath(sources)) };
}

/** The currency a command was told, else the environment's. */
export function currencyOf(given: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  return given ?? (env.CURRENCY || "EUR");
}

/** What a command ends with when files have faults. */
export function faultsReport(faults: readonly ShownFault[], texts: ReadonlyMap<string, string>): Report {
  const complaints = [...faultLines(faults, texts), countOf(faults.length, "fault")];
  return { code: 1, document: { ok: false, code: "faults", faults }, lines: [], complaints };
}

function exponentOf(currency: string): number {
  try {
    return createCurrency(currency).exponent;
  } catch {
    throw wrongUse(`\`${currency}\` is not a currency: three letters such as EUR`);
  }
}
