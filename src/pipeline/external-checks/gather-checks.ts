import type { CompiledConfig } from "../../core/config/compile.ts";
import { checksReadBy } from "../../core/external-checks/checks-read.ts";
import type { CheckValues } from "../../core/external-checks/read-answer.ts";
import type { RuleKind } from "../../core/rules/ruleset.ts";
import type { ClaimedEvent } from "../decide-claimed.ts";
import type { Services } from "../services.ts";

/** What is kept of the deadline for the model, deciding and answering. */
const RESERVE_MS = 30;
const DIRECTORY_BUDGET_MS = 60;

export interface GatheredChecks {
  /** For `FactInput.checks`. */
  readonly checks: ReadonlyMap<string, CheckValues | null>;
  /** `service:` and the name of each that did not answer. */
  readonly degraded: readonly string[];
}

const NONE: GatheredChecks = { checks: new Map(), degraded: [] };

/** Services by kind of event, worked out once for each configuration. */
const readOn = new WeakMap<CompiledConfig, Map<RuleKind, readonly string[]>>();

/**
 * Asks the external services that live and shadow rules for this kind of event read, all at once, within the deadline. One that is not configured,
 * switched off or not asked in this world has no say: its features are absent. One that fails is missing, and named.
 */
export async function gatherChecks(
  { externalChecks, clock }: Pick<Services, "externalChecks" | "clock">,
  { config, world, event, deadline, time }: Pick<ClaimedEvent, "config" | "world" | "event" | "deadline" | "time">,
): Promise<GatheredChecks> {
  const names = namesOn(config, event.transactionType ?? event.type);
  if (names.length === 0) return NONE;
  const startMs = clock();
  const known = await externalChecks.directory.have(deadline.allow(DIRECTORY_BUDGET_MS));
  if (known === null) return { checks: new Map(), degraded: names.map(nameOfPart) };
  const checks = new Map<string, CheckValues | null>();
  const degraded: string[] = [];
  await Promise.all(
    names.map(async (name) => {
      const compiled = known.get(name);
      const isAsked = compiled?.check.isActive && compiled.check.settings.worlds.includes(world);
      const answer = compiled && isAsked ? await externalChecks.asker.ask(compiled, event, deadline.leftMs() - RESERVE_MS) : "absent";
      if (answer === "failed") degraded.push(nameOfPart(name));
      else checks.set(name, answer === "absent" ? null : answer);
    }),
  );
  time("services", clock() - startMs);
  return { checks, degraded: degraded.sort() };
}

const nameOfPart = (name: string): string => `service:${name}`;

function namesOn(config: CompiledConfig, kind: RuleKind): readonly string[] {
  const byKind = readOn.get(config) ?? new Map<RuleKind, readonly string[]>();
  readOn.set(config, byKind);
  const names = byKind.get(kind) ?? checksReadBy(config.catalogue, config.ruleset.namesReadOn(kind));
  byKind.set(kind, names);
  return names;
}
