import { NeonDbError } from "@neondatabase/serverless";
import type { SourceFault } from "../../ports/answer.ts";

/** A fault with what the caller's log needs: the SQLSTATE, when Postgres gave one, and a sentence without values. */
export interface PostgresFault extends SourceFault {
  readonly source: "postgres";
  readonly sqlState: string | null;
  readonly detail: string;
}

/** SQLSTATE classes and codes that trying again may cure: connection, resources, operator intervention, serialisation, lock timeouts. */
const PASSING = /^(08|53|57|40|58|55P03|25006)/;

/** What fetch says, in workerd and in Node, when the connection went while the answer was being read. */
const LOST = /terminated|network|connection|socket|fetch failed|JSON/i;

/**
 * Sorts what a call threw. A timeout or an outage is expected; a statement Postgres refused, and an error of our own, is `invalid`
 * and must be logged. A refusal with a code never committed; a timeout or a lost connection may have.
 */
export function toFault(thrown: unknown): PostgresFault {
  const causes = causesOf(thrown);
  const refusal = causes.find((cause) => cause instanceof NeonDbError);
  const sqlState = refusal?.code ?? null;
  const detail = sayWithoutValues(refusal, causes.at(-1));
  const fault = (reason: SourceFault["reason"]): PostgresFault => ({ source: "postgres", reason, sqlState, detail });
  if (sqlState !== null) return fault(PASSING.test(sqlState) ? "unavailable" : "invalid");
  if (causes.some((cause) => cause.name === "TimeoutError" || cause.name === "AbortError")) return fault("timeout");
  return fault(causes.some((cause) => cause instanceof NeonDbError || LOST.test(cause.message)) ? "unavailable" : "invalid");
}

/** drizzle's message quotes the statement with its values and Postgres' may quote one: of these only names are kept. */
function sayWithoutValues(refusal: NeonDbError | undefined, innermost: Error | undefined): string {
  if (refusal?.code === undefined) return (innermost?.message ?? "").slice(0, 200);
  const { code, table, column, constraint } = refusal;
  const names = Object.entries({ table, column, constraint }).filter(([, name]) => name !== undefined && name !== null);
  return [`SQLSTATE ${code}`, ...names.map(([what, name]) => `${what} ${name}`)].join(", ");
}

/** The error and what caused it: drizzle wraps the driver's error, which wraps fetch's. */
function causesOf(thrown: unknown): (Error & { readonly code?: string | undefined })[] {
  const causes: Error[] = [];
  let next = thrown;
  while (next instanceof Error && causes.length < 5) {
    causes.push(next);
    next = next instanceof NeonDbError ? next.sourceError : next.cause;
  }
  return causes;
}
