import type { ServiceDeclaration } from "./declaration.ts";
import type { Step } from "./fact-state.ts";
import { readTyped } from "./read-typed.ts";

/** A value that an external service answered; missing when it was not asked or did not answer, absent when there was nothing to ask about. */
export function serviceStep({ service, key, type }: ServiceDeclaration, slot: number, currencyExponent: number): Step {
  return (state) => {
    const answered = state.input.checks?.get(service);
    if (answered === undefined) {
      // No source failed here: it may have gone unasked, and who asks names what did not answer.
      state.values[slot] = undefined;
      return;
    }
    const value = answered !== null && Object.hasOwn(answered, key) ? answered[key] : null;
    state.values[slot] = readTyped(value, type, currencyExponent);
  };
}
