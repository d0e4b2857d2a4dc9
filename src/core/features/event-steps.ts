import { createZoneClock } from "./calendar.ts";
import type { CalendarDeclaration, FieldDeclaration } from "./declaration.ts";
import type { Step } from "./fact-state.ts";
import { readTyped } from "./read-typed.ts";

/** A field of the event's body. `amount` and `type` are the canonical event's, whatever the spelling was. */
export function fieldStep(declaration: FieldDeclaration, slot: number, currencyExponent: number): Step {
  const { path, type } = declaration;
  const [first = "", second, third] = path;
  if (path.length === 1 && first === "amount" && type === "money")
    return (state) => {
      state.values[slot] = state.input.event.amountMinor;
    };
  if (path.length === 1 && first === "type")
    return (state) => {
      state.values[slot] =
        state.input.event.transactionType === null ? null : readTyped(state.input.event.transactionType, type, currencyExponent);
    };
  return (state) => {
    let value: unknown = own(state.input.event.body, first);
    if (second !== undefined) value = own(value, second);
    if (third !== undefined) value = own(value, third);
    state.values[slot] = readTyped(value, type, currencyExponent);
  };
}

/** A property of its own: a body may hold any name, an object's inherited ones are none of them. */
function own(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

export function calendarStep(declaration: CalendarDeclaration, slot: number): Step {
  const clock = createZoneClock(declaration.zone);
  const read = declaration.part === "hour" ? clock.hour : clock.weekday;
  return (state) => {
    state.values[slot] = read(state.input.event.occurredAtMs);
  };
}
