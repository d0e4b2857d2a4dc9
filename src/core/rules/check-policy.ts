import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import { parseDuration, parseLiteral } from "./literal.ts";
import { Policy } from "./ruleset.ts";

type PolicyDocument = NonNullable<RulesetDocument["policy"]>;

/** What holds when no file has a policy (S3.6: 3-D Secure from 50, refused from 80). */
export const DEFAULT_POLICY: Policy = Policy.parse({ challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegradedMinor: null });

const MINUTE_MS = 60_000;
const LONGEST_COLLISION_MS = 24 * 60 * MINUTE_MS;

/** A file's policy with defaults filled in, or null after reporting thresholds out of order, a bad amount, or a part without its whole. */
export function checkPolicy(policy: PolicyDocument, node: JsonNode, context: CheckContext): Policy | null {
  const { challengeAt = DEFAULT_POLICY.challengeAt, reviewAt = DEFAULT_POLICY.reviewAt, blockAt = DEFAULT_POLICY.blockAt } = policy;
  if (challengeAt > reviewAt || reviewAt > blockAt)
    return report(
      context,
      node,
      "low_above_high",
      `challengeAt (${challengeAt}), reviewAt (${reviewAt}) and blockAt (${blockAt}) must not fall`,
    );
  const amount = policy.reviewAmountWhenDegraded;
  const minor = amount === undefined ? null : parseLiteral("money", amount, context.currencyExponent);
  if (amount !== undefined && minor === null)
    return report(context, node, "wrong_type", `reviewAmountWhenDegraded is finer than the currency's minor unit: \`${amount}\``);
  checkBreach(policy, node, context);
  const collisionWindowMs = policy.collisionWindow === undefined ? DEFAULT_POLICY.collisionWindowMs : parseDuration(policy.collisionWindow);
  if (collisionWindowMs === null || collisionWindowMs < MINUTE_MS || collisionWindowMs > LONGEST_COLLISION_MS)
    return report(context, at(node, "collisionWindow"), "out_of_range", "collisionWindow lasts from 1 minute to 24 hours");
  return {
    challengeAt,
    reviewAt,
    blockAt,
    reviewAmountWhenDegradedMinor: typeof minor === "number" ? minor : null,
    maxBlockRate: policy.maxBlockRate ?? DEFAULT_POLICY.maxBlockRate,
    blockRateMinDecisions: policy.blockRateMinDecisions ?? DEFAULT_POLICY.blockRateMinDecisions,
    onBreach: policy.onBreach ?? DEFAULT_POLICY.onBreach,
    requireApproval: policy.requireApproval ?? DEFAULT_POLICY.requireApproval,
    collisionWindowMs,
  };
}

/** Whoever says what a breach does believes to have a limit. */
function checkBreach(policy: PolicyDocument, node: JsonNode, context: CheckContext): void {
  if (policy.maxBlockRate !== undefined) return;
  for (const key of ["onBreach", "blockRateMinDecisions"] as const)
    if (policy[key] !== undefined)
      report(context, at(node, key), "missing_key", `\`${key}\` is about \`maxBlockRate\`, which is not given: nothing would be held back`);
}

const at = (node: JsonNode, key: string): JsonNode => (node.kind === "object" ? entryOf(node, key)?.value : undefined) ?? node;
