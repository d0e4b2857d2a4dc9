import { readCookie } from "../../core/gate/cookie.ts";
import { isPassed, PASS_COOKIE } from "../../core/gate/pass.ts";
import type { RefusalTreatment } from "../../core/gate/refusal.ts";
import { treat } from "../../core/gate/treatment.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { Listing } from "../../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import type { RefusalTally } from "../../pipeline/gate/refusal-tally.ts";
import { type AnswerFrame, answerChallenge, answerRefused } from "./answers.ts";
import type { Sighting } from "./look.ts";
import { referenceOf } from "./reference.ts";

/** The answer to a listed visitor whom the mode does not let pass; null for everyone else. Never throws. */
export async function stopVisitor(parts: GateParts, tally: RefusalTally, sighting: Sighting, listing: Listing): Promise<Response | null> {
  const { signer, challenge } = parts;
  const treatment = treat(sighting.mode, listing.verdict, challenge !== null && signer !== null);
  if (treatment === "pass") return null;
  try {
    const { request, url, visitor, place } = sighting;
    const frame: AnswerFrame = { request, reference: referenceOf(request, parts.newId), contact: parts.contact };
    const count = (became: RefusalTreatment): void => {
      const address = visitor.address?.text ?? null;
      const { reference } = frame;
      tally.add({ treatment: became, reference, address, entry: listing.entry, host: url.host, path: url.pathname, ...place });
    };
    if (treatment === "challenge" && challenge !== null && !(await hasPass(parts, sighting))) {
      count("challenged");
      const target = request.method === "GET" ? url.pathname + url.search : "/";
      return answerChallenge(frame, { siteKey: challenge.siteKey, target, before: "none" });
    }
    count(treatment === "refuse" ? "refused" : "noted");
    return treatment === "refuse" ? answerRefused(frame) : null;
  } catch (error) {
    parts.log("gate_failed", { part: "answer", ...describeError(error) });
    return treatment === "note" ? null : new Response("not allowed\n", { status: 403, headers: { "cache-control": "no-store" } });
  }
}

async function hasPass({ signer }: GateParts, { request, visitor, nowMs }: Sighting): Promise<boolean> {
  if (signer === null || visitor.address === null) return false;
  return isPassed(signer, readCookie(request.headers.get("cookie"), PASS_COOKIE), visitor.address.countingKey, nowMs);
}
