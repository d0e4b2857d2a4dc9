import { escapeHtml } from "./escape-html.ts";

/** A small page that needs nothing from elsewhere. */
export interface Page {
  readonly language: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** HTML for the end of the head. */
  readonly head?: string;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6675; --paper: #f4f5f7; --card: #fff; --line: #dfe3e8; --mark: #b4442c }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --quiet: #9aa5b3; --paper: #12161c; --card: #1a2028; --line: #2c3540; --mark: #f0866c } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { width: 100%; max-width: 30rem; padding: 2.25rem 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px }
svg { display: block; width: 40px; height: 40px; margin-bottom: 1.25rem; color: var(--mark) }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.25; font-weight: 650 }
p { margin: 0 0 .9rem; color: var(--quiet) }
a { color: inherit }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; margin: 1.5rem 0 0; padding-top: 1.1rem; border-top: 1px solid var(--line); font-size: .9rem }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
code { font: .95em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; user-select: all }
strong { color: var(--mark); font-weight: 600 }
button { padding: .55rem 1.4rem; border: 0; border-radius: 8px; background: var(--ink); color: var(--card); font: inherit; font-weight: 600; cursor: pointer }
pre { margin: 0 0 .9rem; padding: .8rem 1rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 8px }
`;

const SIGN = `<svg viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true"><path d="M6 34V12M34 34V12M6 18h28M6 26h28"/><circle cx="6" cy="8" r="3"/><circle cx="34" cy="8" r="3"/></svg>`;

export function renderPage({ language, title, body, head = "" }: Page): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
${head}</head>
<body>
<main>
${SIGN}
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
