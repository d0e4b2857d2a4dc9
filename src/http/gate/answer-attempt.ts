import { writePass } from "../../core/gate/pass.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import type { ChallengeProof, ChallengeVerifier } from "../../ports/gate.ts";
import { type AnswerFrame, answerChallenge, answerUnusable } from "./answers.ts";
import { CHALLENGE_PATH } from "./challenge-page.ts";
import type { Sighting } from "./look.ts";
import { referenceOf } from "./reference.ts";

const MOST_BYTES = 8_192;
const VERIFY_BUDGET_MS = 3_000;

type Attempt = "passed" | "failed" | "unverified";

/** Takes the answer to a challenge: a pass and the way back, or the challenge again. Null for a request that is no such answer. Never throws. */
export async function answerAttempt(parts: GateParts, { request, url, visitor, nowMs }: Sighting): Promise<Response | null> {
  const { challenge, signer } = parts;
  const { address } = visitor;
  if (challenge === null || signer === null || address === null) return null;
  if (url.pathname !== CHALLENGE_PATH || request.method !== "POST") return null;
  const frame: AnswerFrame = { request, reference: referenceOf(request, parts.newId), contact: parts.contact };
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length <= MOST_BYTES)) {
    const detail = `the form is at most ${MOST_BYTES} bytes and states its length`;
    return answerUnusable(frame, { status: 413, code: "body_too_large", detail });
  }
  let target = "/";
  let attempt: Attempt = "unverified";
  try {
    const form = new URLSearchParams(await request.text());
    target = localTarget(form.get("target"));
    attempt = await verify(challenge.verifier, {
      token: form.get("cf-turnstile-response") ?? "",
      address: address.text,
      hostname: url.hostname,
    });
    if (attempt === "passed") {
      const cookie = await writePass(signer, address.countingKey, nowMs);
      return new Response(null, { status: 303, headers: { location: target, "cache-control": "no-store", "set-cookie": cookie } });
    }
  } catch (error) {
    parts.log("gate_failed", { part: "attempt", ...describeError(error) });
    attempt = "unverified";
  }
  return answerChallenge(frame, { siteKey: challenge.siteKey, target, before: attempt === "failed" ? "failed" : "unverified" });
}

/** When the verifier is away nobody passes: who is asked is listed. */
async function verify(verifier: ChallengeVerifier, proof: ChallengeProof): Promise<Attempt> {
  if (proof.token === "") return "failed";
  const answer = await verifier.verify(proof, VERIFY_BUDGET_MS);
  if (!answer.ok) return "unverified";
  return answer.value ? "passed" : "failed";
}

/** A path on this host: `//other.example` and `/\other.example` would lead a browser elsewhere. */
function localTarget(text: string | null): string {
  return text !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : "/";
}
