import { formatPath, type InputFault } from "./lenient.ts";

/**
 * The first text of a parsed value that no store of ours takes, NUL or half a surrogate pair, as a fault, or null: what a store would refuse is
 * the caller's fault, not an outage. No recursion: depth is the caller's.
 */
export function findUnstorableText(value: unknown): InputFault | null {
  const open: { readonly path: readonly PropertyKey[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { path, value: held } = entry;
    if (typeof held === "string" && !isStorable(held)) return faultAt(path);
    if (typeof held !== "object" || held === null) continue;
    const isArray = Array.isArray(held);
    for (const [key, child] of Object.entries(held)) {
      if (!isStorable(key)) return faultAt(path);
      open.push({ path: [...path, isArray ? Number(key) : key], value: child });
    }
  }
  return null;
}

const faultAt = (path: readonly PropertyKey[]): InputFault => ({
  code: "unstorable_text",
  path: formatPath(path),
  message: "must be well-formed text without NUL",
});

/** Whether a text is well-formed Unicode without NUL. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");
