import * as z from "zod";
import type { CanonicalEvent } from "../../core/event/event.ts";
import { formatPath } from "../../core/event/lenient.ts";
import { parseTransaction } from "../../core/event/parse.ts";
import type { EventSettings } from "../../core/event/settings.ts";
import type { CheckOutcome } from "../../core/external-checks/check-outcome.ts";
import { withoutSecrets } from "../../core/external-checks/check-secrets.ts";
import type { ExternalCheck } from "../../core/external-checks/check-settings.ts";
import { type CompiledCheck, compileCheck } from "../../core/external-checks/compile-check.ts";
import type { CheckValues } from "../../core/external-checks/read-answer.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { type CheckDeps, findCheck } from "./check-deps.ts";

/** Nobody waits at a checkout: a slow service gets its time, and is told how slow it was. */
const TEST_BUDGET_MS = 5_000;

/** What services are commonly asked by; the address is of a documentation range. */
const SAMPLE = {
  type: "PAYMENT",
  amount: 1,
  transaction_id: "tollgate-test",
  client_id: "tollgate-test",
  device_id: "tollgate-test",
  email: "test@example.com",
  ip_address: "203.0.113.7",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
} as const;

export const TestCall = z.strictObject({
  /** Fields of a transaction; a sample stands in for those that are left out. */
  event: z.record(z.string(), z.unknown()).default({}),
});
export interface TestDeps extends Pick<CheckDeps, "checks" | "secrets" | "allowsLocal" | "newId"> {
  readonly eventSettings: EventSettings;
  /** Asks once, past the breaker; null when the event lacks what the service is asked by. */
  readonly tryOnce: (
    check: CompiledCheck,
    event: CanonicalEvent,
    budgetMs: number,
  ) => Promise<{
    readonly outcome: CheckOutcome;
    readonly status: number | null;
    readonly values: CheckValues | null;
    readonly misshapen: readonly string[];
    readonly ms: number;
  } | null>;
}
/** What trying a service showed. */
export interface CheckTrial {
  readonly outcome: CheckOutcome;
  readonly status: number | null;
  readonly ms: number;
  readonly isWithinBudget: boolean;
  /** Null when there was no answer to look at. */
  readonly hasExpectedShape: boolean | null;
  readonly misshapen: readonly string[];
  readonly values: CheckValues | null;
}

/** Asks a service once with a sample event, active or not: whether it can be reached, how fast it is and whether its answer has the expected shape. */
export async function testCheck(
  deps: TestDeps,
  context: StaffContext,
  id: string,
  input: unknown,
): Promise<Result<CheckTrial, StaffRefusal>> {
  if (!contextMay(context, "services.test")) return err({ kind: "not_allowed", verb: "services.test", role: context.role });
  const parsed = TestCall.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
    return err({ kind: "invalid", faults });
  }
  const found = await findCheck(deps, id);
  if (!found.ok) return found;
  const check = found.value;
  const compiled = compileCheck(check, deps.secrets, deps.allowsLocal);
  if (compiled === null) return invalid("bad_url", "settings.url", "may not be asked any more: change it");
  const event = parseTransaction(
    { ...SAMPLE, ...parsed.data.event },
    { settings: deps.eventSettings, nowMs: context.nowMs, callerAddress: null, newId: deps.newId },
  );
  if (!event.ok) return err({ kind: "invalid", faults: event.error.map((fault) => ({ ...fault, path: `event.${fault.path}` })) });
  const tried = await deps.tryOnce(compiled, event.value.event, TEST_BUDGET_MS);
  if (tried === null) return invalid("lacks_field", "event", "lacks a field that the service is asked by");
  const { outcome, status, ms, misshapen } = tried;
  return ok({
    outcome,
    status,
    ms,
    isWithinBudget: ms <= check.settings.budget_ms,
    hasExpectedShape: outcome === "answered" ? true : outcome === "wrong_shape" ? false : null,
    misshapen,
    values: tried.values === null ? null : shown(tried.values, check, deps),
  });
}

/** A service may echo what it was sent. */
function shown(values: CheckValues, { name }: ExternalCheck, { secrets }: TestDeps): CheckValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? withoutSecrets(secrets, name, value) : value]),
  );
}

const invalid = (code: string, path: string, message: string) => err({ kind: "invalid" as const, faults: [{ code, path, message }] });
