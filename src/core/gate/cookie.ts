/** The value of a cookie in a `Cookie` header; null for none, and for two of that name, of which one may be forged. */
export function readCookie(header: string | null, name: string): string | null {
  if (header === null || !header.includes(name)) return null;
  let value: string | null = null;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    // A cookie without a name has `=` at the front, and its value is no name.
    if (at < 1 || trimBlanks(part.slice(0, at)) !== name) continue;
    if (value !== null) return null;
    value = trimBlanks(part.slice(at + 1));
  }
  return value;
}

/** Space and tab: browsers take every other character for a part of the name. */
const trimBlanks = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "");
