import { isCardNumber } from "../event/card-number.ts";

const DIGIT_RUN = /\d(?:[ -]?\d){12,60}/g;

/** Paths of texts and numbers in a value, keys included, that hold a card number, also in the midst of a sentence; never the number. No recursion. */
export function findCardNumbers(value: unknown): (readonly PropertyKey[])[] {
  const found: (readonly PropertyKey[])[] = [];
  const open: { readonly path: readonly PropertyKey[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { path, value: held } = entry;
    if (typeof held === "string" ? holdsCardNumber(held) : typeof held === "number" && isCardNumber(String(held))) found.push(path);
    if (typeof held !== "object" || held === null) continue;
    const isArray = Array.isArray(held);
    for (const [key, child] of Object.entries(held)) {
      if (!isArray && holdsCardNumber(key)) found.push(path);
      open.push({ path: [...path, isArray ? Number(key) : key], value: child });
    }
  }
  return found;
}

/** Whether groups of digits that stand side by side in a text make a card number. */
function holdsCardNumber(text: string): boolean {
  return (text.match(DIGIT_RUN) ?? []).some((run) => {
    const groups = run.split(/([ -])/);
    for (let from = 0; from < groups.length; from += 2)
      for (let to = from; to < groups.length; to += 2) if (isCardNumber(groups.slice(from, to + 1).join(""))) return true;
    return false;
  });
}
