import type { Refusal } from "../pipeline/refusal.ts";
import { problemOfLimit } from "./limit-problem.ts";
import type { Problem } from "./problem.ts";

/** A refusal of the pipeline as an answer. */
export function problemOfRefusal(refusal: Refusal): Problem {
  switch (refusal.kind) {
    case "invalid":
      return {
        status: 422,
        code: refusal.faults.length === 1 ? (refusal.faults[0]?.code ?? "invalid_input") : "invalid_input",
        detail: refusal.faults
          .map((fault) => fault.message)
          .slice(0, 3)
          .join("; "),
        errors: refusal.faults,
      };
    case "other_body":
      return {
        status: 422,
        code: "id_reused",
        detail: `\`${refusal.id}\` was used before with another body; send a new \`transaction_id\`, or the same body to get the stored answer`,
      };
    case "in_flight":
      return {
        status: 409,
        code: "in_flight",
        detail: `a decision on \`${refusal.id}\` is still being made: repeat the call`,
        retryAfterSeconds: 1,
      };
    case "limited":
      return problemOfLimit(refusal.verdict);
    case "not_ready":
      return {
        status: 503,
        code: "not_ready",
        detail: "no ruleset is in force yet: publish one, or try again once the stores are back",
        retryAfterSeconds: 1,
      };
    case "forced":
      return {
        status: 500,
        code: "internal_error",
        detail: "a failure, as the device `test_500` asks for: nothing was decided or recorded",
      };
    case "not_found":
      return { status: 404, code: "not_found", detail: refusal.detail };
    case "unavailable":
      return { status: 503, code: "unavailable", detail: `${refusal.part} is not available right now: try again`, retryAfterSeconds: 1 };
  }
}
