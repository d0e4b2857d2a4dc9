import * as z from "zod";
import { LIST_SOURCES, LISTED_KINDS, type ListHit } from "./list-hit.ts";

const Marked = z.array(
  z.object({
    verdict: z.enum(["block", "allow"]),
    id: z.string(),
    kind: z.enum(LISTED_KINDS),
    value: z.string(),
    reason: z.string(),
    source: z.enum(LIST_SOURCES),
    expiresAtMs: z.number().nullable(),
    rules: z.array(z.string()).nullable(),
  }),
);

/** The entries of one entity as Redis keeps them beside its log, so that a decision reads them in its one round trip. */
export function writeMark(entries: readonly ListHit[]): string {
  return JSON.stringify(entries);
}

/** The entries of a mark that are in force; null when the text is damaged. */
export function readMark(text: string, nowMs: number): readonly ListHit[] | null {
  try {
    const marked = Marked.safeParse(JSON.parse(text));
    return marked.success ? marked.data.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs) : null;
  } catch {
    return null;
  }
}
