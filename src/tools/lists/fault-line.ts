import type { FeedFault } from "../../core/lists/feeds/feed-format.ts";

const MOST_SHOWN = 20;

/** Faults as editors and terminals link them, `file:line  sentence`; of many the first, and how many more. */
export function feedFaultLines(source: string, faults: readonly FeedFault[], count: number): string[] {
  const shown = faults.slice(0, MOST_SHOWN);
  const more = count - shown.length;
  const lines = shown.map(({ line, message }) => `${source}:${line}  ${message}`);
  return more > 0 ? [...lines, `… and ${more.toLocaleString("en")} more`] : lines;
}
