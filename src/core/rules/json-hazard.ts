/**
 * Parsers and checkers recurse, so depth is measured first, by hand: the first bracket that opens one level too many.
 * A comment could hide brackets from this count, so the first slash outside a string ends it.
 */
export function findHazard(text: string, depthLimit: number): { kind: "depth" | "comment"; offset: number } | null {
  let depth = 0;
  let isInString = false;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (isInString) {
      if (character === "\\") offset++;
      // A line end closes a string for the parser too (as an error), so brackets after it count.
      else if (character === '"' || character === "\n" || character === "\r") isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "/") return { kind: "comment", offset };
    else if (character === "}" || character === "]") depth--;
    else if ((character === "{" || character === "[") && ++depth > depthLimit) return { kind: "depth", offset };
  }
  return null;
}
