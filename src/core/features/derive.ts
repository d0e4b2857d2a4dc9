import type { ArithmeticDeclaration, CompareDeclaration } from "./declaration.ts";

/** Folds numbers left to right; null when it divides by zero or the result is not finite. `mod` has the divisor's sign. */
export function calculate(op: ArithmeticDeclaration["op"], terms: readonly number[]): number | null {
  const [first = 0, ...rest] = terms;
  let value = op === "abs" ? Math.abs(first) : first;
  for (const term of rest) {
    if (term === 0 && (op === "divide" || op === "mod")) return null;
    switch (op) {
      case "add":
        value += term;
        break;
      case "subtract":
        value -= term;
        break;
      case "multiply":
        value *= term;
        break;
      case "divide":
        value /= term;
        break;
      case "mod":
        value = ((value % term) + term) % term;
        break;
      case "abs":
    }
  }
  return Number.isFinite(value) ? value : null;
}

export function holds(comparison: CompareDeclaration["comparison"], left: number, right: number): boolean {
  switch (comparison) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "gt":
      return left > right;
    case "gte":
      return left >= right;
    case "lt":
      return left < right;
    case "lte":
      return left <= right;
  }
}

/** The part of an e-mail address after the last `@`. */
export function domainOf(email: string): string | null {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return domain === "" || domain === email ? null : domain;
}

/** Whether a domain, or one it is below, is in a list. */
export function isListedDomain(domain: string, listed: ReadonlySet<string>): boolean {
  for (let rest = domain; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    if (listed.has(rest)) return true;
    if (!rest.includes(".")) return false;
  }
}
