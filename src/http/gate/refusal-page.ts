import { escapeHtml } from "./escape-html.ts";
import { renderPage } from "./page.ts";
import { PAGE_TEXTS, type PageLanguage, type PageTexts } from "./page-texts.ts";

export interface RefusalPage {
  readonly language: PageLanguage;
  readonly reference: string;
  /** An e-mail address, a URL or any other text. */
  readonly contact: string | null;
}

/** What a browser shows to a refused visitor. Says nothing of lists: who is on one for a reason need not know which. */
export function renderRefusal({ language, reference, contact }: RefusalPage): string {
  const texts = PAGE_TEXTS[language];
  const body = `<p>${texts.refused}</p>\n${contact === null ? "" : `<p>${texts.mistake}</p>\n`}${renderDetails(texts, { reference, contact })}`;
  return renderPage({ language, title: texts.refusedTitle, body });
}

export function renderDetails(texts: PageTexts, { reference, contact }: Omit<RefusalPage, "language">): string {
  const contactRow = contact === null ? "" : `<dt>${texts.contact}</dt><dd>${renderContact(contact)}</dd>\n`;
  return `<dl>\n${contactRow}<dt>${texts.reference}</dt><dd><code>${escapeHtml(reference)}</code></dd>\n</dl>`;
}

function renderContact(contact: string): string {
  const shown = escapeHtml(contact);
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `<a href="mailto:${shown}">${shown}</a>`;
  return /^https?:\/\//.test(contact) ? `<a href="${shown}" rel="noreferrer">${shown}</a>` : shown;
}
