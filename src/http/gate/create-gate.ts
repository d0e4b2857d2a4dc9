import { GATE_HEADERS } from "../../core/gate/claimed-headers.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { WaitUntil } from "../../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import { judgeVisitor } from "../../pipeline/gate/judge-visitor.ts";
import { createRefusalTally } from "../../pipeline/gate/refusal-tally.ts";
import { createSparingLog } from "../../pipeline/gate/sparing-log.ts";
import { answerAttempt } from "./answer-attempt.ts";
import { answerNoOrigin, answerUnreachable } from "./answers.ts";
import { type Description, describeVisitor } from "./describe-visitor.ts";
import { forwardedRequest, type Told } from "./forward.ts";
import { answerHealth, type GateCounts } from "./health.ts";
import { lookAt, type Sighting } from "./look.ts";
import { referenceOf } from "./reference.ts";
import { stopVisitor } from "./stop-visitor.ts";

/** Sends a request that may pass to where it wants to go; null where no origin is set. */
export type Send = (request: Request) => Promise<Response> | null;
/** Answers one request: refuses it, or sends it on and gives the origin's answer. Never throws. */
export type Gate = (request: Request, waitUntil: WaitUntil, send?: Send) => Promise<Response>;

/** What becomes of a request: an answer of ours, or the way to the origin with what is added to its answer. */
type Ruling =
  | { readonly kind: "answer"; readonly answer: Response }
  | { readonly kind: "send"; readonly request: Request; readonly cookie: string | null; readonly isDegraded: boolean };

/** The gate over its parts (D7): if anything of ours fails the request passes as it is, unless the lists in memory name the visitor. */
export function createGate(given: GateParts): Gate {
  const parts: GateParts = { ...given, log: createSparingLog(given.log) };
  const tally = createRefusalTally({ ...parts, sink: parts.refusals });
  const counts: GateCounts = { unreadableProxyHeaders: 0 };
  const hasFaults = (parts.settingFaults ?? []).length > 0;
  const report = (part: string, error: unknown): void => parts.log("gate_failed", { part, ...describeError(error) });

  async function rule(request: Request, waitUntil: WaitUntil): Promise<Ruling> {
    const sighting = lookAt(request, parts);
    const health = await answerHealth(parts, sighting, { counts, waitUntil });
    const attempted = health ?? (await answerAttempt(parts, sighting));
    if (attempted !== null) return { kind: "answer", answer: attempted };
    if (sighting.mode === "off")
      return { kind: "send", request: forwardedRequest(request, untold(parts)), cookie: null, isDegraded: hasFaults };
    if (sighting.visitor.isUnreadable) {
      counts.unreadableProxyHeaders += 1;
      parts.log("gate_failed", { part: "proxy_header", header: parts.trustedProxyHeader });
    }
    const { listing, isDegraded } = await judgeVisitor(parts, sighting.visitor, sighting.place, waitUntil);
    const stopped = await stopVisitor(parts, tally, sighting, listing);
    if (stopped !== null) return { kind: "answer", answer: stopped };
    const description = await describeVisitor(parts, sighting);
    const verdict = listing.verdict === "block" || listing.verdict === "challenge" ? listing.verdict : null;
    const told = {
      ...tell(parts, sighting, description),
      verdict,
      isDegraded: isDegraded || description.isDegraded || sighting.visitor.isUnreadable || hasFaults,
    };
    return { kind: "send", request: forwardedRequest(request, told), cookie: description.cookie, isDegraded: told.isDegraded };
  }

  /** Without the key an origin that is locked to the gate would refuse it. */
  function unjudgedRequest(request: Request): Request {
    try {
      return forwardedRequest(request, { ...untold(parts), isDegraded: true });
    } catch (error) {
      report("forward", error);
      return request;
    }
  }

  async function ask(request: Request, send: Send): Promise<Response> {
    const frame = () => ({ request, reference: referenceOf(request, parts.newId), contact: parts.contact });
    try {
      return (await send(request)) ?? answerNoOrigin(frame());
    } catch (error) {
      report("origin", error);
      return answerUnreachable(frame());
    }
  }

  return async (request, waitUntil, send = parts.origin.send) => {
    let ruling: Ruling;
    try {
      ruling = await rule(request, waitUntil);
    } catch (error) {
      report("gate", error);
      ruling = { kind: "send", request: unjudgedRequest(request), cookie: null, isDegraded: true };
    }
    try {
      parts.lists?.refresh(waitUntil);
      tally.flush(waitUntil);
    } catch (error) {
      report("refresh", error);
    }
    return ruling.kind === "answer" ? ruling.answer : marked(await ask(ruling.request, send), ruling);
  };
}

/** The origin's answer with what the gate adds; untouched, as most are, when it adds nothing, and when it is a WebSocket. */
function marked(answer: Response, { cookie, isDegraded }: { readonly cookie: string | null; readonly isDegraded: boolean }): Response {
  if ((cookie === null && !isDegraded) || answer.status === 101) return answer;
  const response = new Response(answer.body, answer);
  if (cookie !== null && !isShared(answer.headers)) response.headers.append("set-cookie", cookie);
  if (isDegraded) response.headers.set(GATE_HEADERS.state, "degraded");
  return response;
}

/** Whether a shared cache may keep an answer: everybody whom it is served to would get this visitor's cookie. */
function isShared(headers: Headers): boolean {
  const control = headers.get("cache-control")?.toLowerCase() ?? null;
  const isForCaches = ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control"].some(
    (name) => headers.has(name) && !/no-store|private/i.test(headers.get(name) ?? ""),
  );
  // Without a word on caching, caches guess by these two.
  if (control === null) return isForCaches || headers.has("expires") || headers.has("last-modified");
  if (/\b(?:no-store|private)\b/.test(control)) return isForCaches;
  return isForCaches || !/\b(?:no-cache|max-age=0)\b/.test(control) || /\bs-maxage=(?!0\b)/.test(control);
}

function untold({ originKey }: GateParts): Told {
  return { address: null, country: null, context: null, verdict: null, isDegraded: false, originKey };
}

function tell(parts: GateParts, { visitor, place }: Sighting, { context }: Description): Told {
  return { ...untold(parts), address: visitor.isTrusted ? (visitor.address?.text ?? null) : null, country: place.country, context };
}
