import type { Limited } from "../core/limits/limited.ts";
import { type LimitVerdict, verdictOf } from "../core/limits/verdict.ts";
import type { Result } from "../core/result.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { ClaimReply } from "../ports/velocity.ts";

/** What a decision's claim said of its caller's limits: unknown while Redis is away, and for a try that an earlier one was counted for. */
export function limitVerdict(limited: readonly Limited[], claim: Result<ClaimReply, SourceFault>): LimitVerdict {
  const call = { limited, cost: 1 };
  return claim.ok && claim.value.standings !== undefined ? verdictOf(call, claim.value.standings) : { kind: "unknown", call };
}
