import { GATE_HEADERS } from "../../core/gate/claimed-headers.ts";
import { type Problem, problemBody } from "../problem.ts";
import { CHALLENGE_PATH, CHALLENGE_POLICY, type ChallengePage, renderChallenge } from "./challenge-page.ts";
import { escapeHtml } from "./escape-html.ts";
import { renderPage } from "./page.ts";
import { pageLanguage } from "./page-texts.ts";
import { renderRefusal } from "./refusal-page.ts";

/** What every answer of the gate's own needs. */
export interface AnswerFrame {
  readonly request: Request;
  readonly reference: string;
  readonly contact: string | null;
}

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** Whether a browser asks for a page, and not a script or program for data. */
export function wantsPage(request: Request): boolean {
  return request.headers.get("accept")?.includes("text/html") ?? false;
}

export function answerRefused(frame: AnswerFrame): Response {
  const language = pageLanguage(frame.request.headers.get("accept-language"));
  return answer(frame, "refused", {
    problem: { status: 403, code: "address_refused", detail: `requests from this address are not accepted${contactText(frame)}` },
    page: () => renderRefusal({ language, reference: frame.reference, contact: frame.contact }),
    policy: PAGE_POLICY,
  });
}

export function answerChallenge(frame: AnswerFrame, challenge: Pick<ChallengePage, "siteKey" | "target" | "before">): Response {
  const language = pageLanguage(frame.request.headers.get("accept-language"));
  return answer(frame, "challenge", {
    problem: {
      status: 403,
      code: "challenge_needed",
      detail: `requests from this address need a challenge that a browser passes at \`${CHALLENGE_PATH}\`${contactText(frame)}`,
    },
    page: () => renderChallenge({ language, reference: frame.reference, contact: frame.contact, ...challenge }),
    policy: CHALLENGE_POLICY,
  });
}

/** For a gate that nothing stands behind yet. */
export function answerNoOrigin(frame: AnswerFrame): Response {
  const { host } = new URL(frame.request.url);
  const body = `<p>The gate let this request pass, and no origin is set for <code>${escapeHtml(host)}</code>. Set one:</p>
<pre><code>ORIGIN_URL = "https://shop.example"</code></pre>
<p>or one for each host:</p>
<pre><code>ORIGINS = '{"${escapeHtml(host)}": "https://shop.example"}'</code></pre>`;
  return answer(frame, "no-origin", {
    problem: { status: 503, code: "no_origin", detail: `no origin is set for \`${host}\`; set \`ORIGIN_URL\` or \`ORIGINS\`` },
    page: () => renderPage({ language: "en", title: "Nothing stands behind this gate yet", body }),
    policy: PAGE_POLICY,
  });
}

export function answerUnreachable(frame: AnswerFrame): Response {
  return answer(frame, "origin-unreachable", {
    problem: { status: 502, code: "origin_unreachable", detail: "the site behind the gate does not answer" },
    page: () => renderPage({ language: "en", title: "This site does not answer", body: "<p>Please try again in a moment.</p>" }),
    policy: PAGE_POLICY,
  });
}

/** A request to one of the gate's own paths that cannot be used. */
export function answerUnusable(frame: AnswerFrame, problem: Problem): Response {
  return answer(frame, "challenge", { problem, page: null, policy: PAGE_POLICY });
}

interface Forms {
  readonly problem: Problem;
  readonly page: (() => string) | null;
  readonly policy: string;
}

function answer({ request, reference }: AnswerFrame, state: string, { problem, page, policy }: Forms): Response {
  const isPage = page !== null && wantsPage(request);
  const body = isPage ? page() : JSON.stringify(problemBody(problem, reference));
  return new Response(request.method === "HEAD" ? null : body, {
    status: problem.status,
    headers: {
      "content-type": isPage ? "text/html; charset=utf-8" : "application/problem+json",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-request-id": reference,
      [GATE_HEADERS.state]: state,
    },
  });
}

function contactText({ contact }: AnswerFrame): string {
  return contact === null ? "" : `; contact ${contact} and quote the \`request_id\``;
}
