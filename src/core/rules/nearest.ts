import { distance } from "fastest-levenshtein";

/** The known name a writer most likely meant, or null when none is near (two letters may differ, in long names one in three). */
export function nearestName(name: string, known: Iterable<string>): string | null {
  // Long input is not a typo, and measuring it would cost its square.
  if (name.length > 64) return null;
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let least = Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) >= least) continue;
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** The end of a message about an unknown name: ``; did you mean `x`?``, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === null ? "" : `; did you mean \`${nearest}\`?`;
}
