import type { CanonicalEvent } from "../../core/event/event.ts";
import { admit, type Breaker, CLOSED, settle } from "../../core/external-checks/breaker.ts";
import type { CheckOutcome } from "../../core/external-checks/check-outcome.ts";
import type { CompiledCheck } from "../../core/external-checks/compile-check.ts";
import type { CheckRequest } from "../../core/external-checks/prepare-request.ts";
import { type CheckValues, readAnswer } from "../../core/external-checks/read-answer.ts";
import type { CheckCaller } from "../../ports/external-checks.ts";
import type { CheckMeter } from "./check-meter.ts";
import type { HostGuard } from "./host-guard.ts";

/** Answers that an instance keeps at most. */
const MOST_KEPT = 2_000;

export interface AskedCheck {
  readonly outcome: CheckOutcome;
  readonly status: number | null;
  readonly values: CheckValues | null;
  /** Paths at which the answer was not as the settings say. */
  readonly misshapen: readonly string[];
  readonly ms: number;
}
export interface CheckAsker {
  /** A service's answer about an event; `absent` when the event lacks what it asks by, `failed` when there is none to be had within the budget. */
  ask(check: CompiledCheck, event: CanonicalEvent, budgetMs: number): Promise<CheckValues | "absent" | "failed">;
  /** Asks once, whatever the breaker says, keeps and counts nothing: for trying a service. Null when the event lacks what it asks by. */
  tryOnce(check: CompiledCheck, event: CanonicalEvent, budgetMs: number): Promise<AskedCheck | null>;
  /** How the breaker of a service stands in this instance. */
  stateOf(name: string): Breaker["state"];
}

/** Asks services, each behind its own breaker (per instance); answers are kept for the same request as long as the settings say. */
export function createCheckAsker(deps: {
  readonly caller: CheckCaller;
  readonly hosts: HostGuard;
  readonly meter: CheckMeter;
  readonly clock: () => number;
}): CheckAsker {
  const breakers = new Map<string, Breaker>();
  const kept = new Map<string, { readonly values: CheckValues; readonly untilMs: number }>();

  async function send({ check, hostName }: CompiledCheck, request: CheckRequest, budgetMs: number): Promise<AskedCheck> {
    const startMs = deps.clock();
    const ended = (outcome: CheckOutcome, more: Partial<AskedCheck> = {}): AskedCheck => {
      return { outcome, status: null, values: null, misshapen: [], ...more, ms: deps.clock() - startMs };
    };
    if (hostName !== null && !(await deps.hosts.mayAsk(hostName, budgetMs))) return ended("internal_address");
    const reply = await deps.caller.call(request, budgetMs - (deps.clock() - startMs));
    if (reply.kind !== "answered") return ended(reply.kind);
    const { status, text } = reply;
    if (status < 200 || status > 299) return ended("refused", { status });
    const read = readAnswer(check.settings.answers, text);
    return read.ok ? ended("answered", { status, values: read.value }) : ended("wrong_shape", { status, misshapen: read.error });
  }

  function keep(key: string, values: CheckValues, untilMs: number): void {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { values, untilMs });
  }

  return {
    async ask(compiled, event, budgetMs) {
      const { name, settings, version } = compiled.check;
      const request = compiled.makeRequest(event);
      if (!request.ok) {
        if (request.error === "no_field") return "absent";
        deps.meter.count(name, "no_secret", 0);
        return "failed";
      }
      const nowMs = deps.clock();
      const key = JSON.stringify([name, version, request.value.url, request.value.body]);
      const before = kept.get(key);
      if (before !== undefined && nowMs < before.untilMs) return before.values;
      const admitted = admit(breakers.get(name) ?? CLOSED, nowMs, settings.budget_ms);
      breakers.set(name, admitted.breaker);
      if (!admitted.isAdmitted) return "failed";
      const ownBudgetMs = Math.min(settings.budget_ms, budgetMs);
      const asked = await send(compiled, request.value, ownBudgetMs);
      // A service that was given less than its time proved nothing by being late.
      const isProof = asked.outcome !== "timeout" || ownBudgetMs >= settings.budget_ms;
      if (isProof) breakers.set(name, settle(breakers.get(name) ?? CLOSED, asked.outcome === "answered", deps.clock()));
      deps.meter.count(name, asked.outcome, asked.ms);
      if (asked.values === null) return "failed";
      if (settings.cache_seconds > 0) keep(key, asked.values, deps.clock() + settings.cache_seconds * 1_000);
      return asked.values;
    },
    async tryOnce(compiled, event, budgetMs) {
      const request = compiled.makeRequest(event);
      if (request.ok) return send(compiled, request.value, budgetMs);
      return request.error === "no_field" ? null : { outcome: "no_secret", status: null, values: null, misshapen: [], ms: 0 };
    },
    stateOf: (name) => breakers.get(name)?.state ?? "closed",
  };
}
