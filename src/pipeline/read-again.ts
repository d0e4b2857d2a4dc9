import type { World } from "../core/access/api-key.ts";
import type { CompiledConfig } from "../core/config/compile.ts";
import { err, ok, type Result } from "../core/result.ts";
import { covers } from "../core/velocity/column-layout.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { ClaimReply, ClaimRequest } from "../ports/velocity.ts";
import type { Services } from "./services.ts";

/** What a claim reads of the logs for the features in force; without any, everything. */
export function readsOf(config: CompiledConfig | null): Pick<ClaimRequest, "roles" | "reads"> {
  return config === null ? { roles: [] } : { roles: config.catalogue.roles, reads: config.catalogue.logReads };
}

export interface ReadAgain {
  readonly world: World;
  readonly request: Omit<ClaimRequest, "mode">;
  readonly claim: Result<ClaimReply, SourceFault>;
  /** What was in force when the claim was made, and what decides. */
  readonly known: CompiledConfig | null;
  readonly config: CompiledConfig;
  readonly budgetMs: number;
}

/**
 * The claim with the logs that features of a newer version read: the first decision of an isolate after a publish may have read too little of them.
 * Past the budget the features it cannot serve are missing.
 */
export async function readAgain(
  services: Services,
  { world, request, claim, known, config, budgetMs }: ReadAgain,
): Promise<Result<ClaimReply, SourceFault>> {
  if (!claim.ok || known === null || known.catalogue === config.catalogue) return claim;
  const { logReads, roles } = config.catalogue;
  const hasRoles = roles.every(({ by, as }) => known.catalogue.roles.some((one) => one.by === by && one.as === as));
  if (hasRoles && covers(known.catalogue.logReads, logReads)) return claim;
  const { limited: _, ...uncounted } = request;
  const again = await services.velocity[world].claim({ ...uncounted, ...readsOf(config), mode: "peek", budgetMs });
  return again.ok ? ok({ ...claim.value, logs: again.value.logs, roles: again.value.roles ?? {} }) : err(again.error);
}
