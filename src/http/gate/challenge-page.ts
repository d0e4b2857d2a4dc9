import { escapeHtml } from "./escape-html.ts";
import { renderPage } from "./page.ts";
import { PAGE_TEXTS, type PageLanguage } from "./page-texts.ts";
import { renderDetails } from "./refusal-page.ts";

export const CHALLENGE_PATH = "/__tollgate/challenge";
/** Turnstile's script may load from its own host and no inline script may run. */
export const CHALLENGE_POLICY =
  "default-src 'none'; script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export interface ChallengePage {
  readonly language: PageLanguage;
  readonly reference: string;
  readonly contact: string | null;
  readonly siteKey: string;
  /** Path and query that the visitor asked for. */
  readonly target: string;
  /** What became of the attempt before. */
  readonly before: "none" | "failed" | "unverified";
}

/** Poses a Turnstile challenge; a form without any script of ours carries the answer to `CHALLENGE_PATH`. */
export function renderChallenge({ language, reference, contact, siteKey, target, before }: ChallengePage): string {
  const texts = PAGE_TEXTS[language];
  const note = before === "none" ? "" : `<p role="alert"><strong>${before === "failed" ? texts.failed : texts.unverified}</strong></p>\n`;
  const body = `${note}<p>${texts.challenge}</p>
<form method="post" action="${CHALLENGE_PATH}">
<input type="hidden" name="target" value="${escapeHtml(target)}">
<div class="cf-turnstile" data-sitekey="${escapeHtml(siteKey)}" data-language="${language}"></div>
<noscript><p>${texts.noScript}</p></noscript>
<p><button>${texts.go}</button></p>
</form>
${renderDetails(texts, { reference, contact })}`;
  const head = `<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer></script>\n`;
  return renderPage({ language, title: texts.challengeTitle, body, head });
}
