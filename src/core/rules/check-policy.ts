import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import type { JsonNode } from "./json-node.ts";
import { parseLiteral } from "./literal.ts";
import type { Policy } from "./ruleset.ts";

/** What holds when no file has a policy (S3.6: 3-D Secure from 50, refused from 80). */
export const DEFAULT_POLICY: Policy = { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegradedMinor: null };

/** A file's policy with defaults filled in, or null after reporting thresholds out of order or a bad amount. */
export function checkPolicy(policy: NonNullable<RulesetDocument["policy"]>, node: JsonNode, context: CheckContext): Policy | null {
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
  return { challengeAt, reviewAt, blockAt, reviewAmountWhenDegradedMinor: typeof minor === "number" ? minor : null };
}
