import type { BehaviourDeclaration, ProfileDeclaration, StoreDeclaration } from "./declaration.ts";
import { type FactState, type Step, setMissing } from "./fact-state.ts";
import { readTyped } from "./read-typed.ts";

/** A field of the client's profile. */
export function profileStep(declaration: ProfileDeclaration, slot: number, currencyExponent: number): Step {
  return clientStep("profile", slot, (client) => readTyped(own(client.profile, declaration.field), declaration.type, currencyExponent));
}

/** A column of the client's behavioural patterns, already in inside units. */
export function behaviourStep(declaration: BehaviourDeclaration, slot: number): Step {
  return clientStep("postgres", slot, (client) => own(client.behaviour, declaration.column) ?? null);
}

type Client = NonNullable<FactState["input"]["client"]>;

/** Absent without a client or history, missing when Postgres failed. */
function clientStep(source: "profile" | "postgres", slot: number, read: (client: Client) => number | string | boolean | null): Step {
  return (state) => {
    const { client, event } = state.input;
    if (event.dimensions.client === undefined || client === null) state.values[slot] = null;
    else if (client === undefined) setMissing(state, slot, source);
    else {
      state.values[slot] = read(client);
      if (state.clientMark !== null) state.marks.set(slot, state.clientMark);
    }
  };
}

/** A value that `PUT /api/v1/features/{entity}/{id}` wrote. Damaged text is absent. */
export function storeStep(declaration: StoreDeclaration, slot: number, currencyExponent: number): Step {
  const { by, key, type } = declaration;
  return (state) => {
    const { store, event } = state.input;
    const text = store?.[by];
    if (event.dimensions[by] !== undefined && store === undefined) setMissing(state, slot, "store");
    else state.values[slot] = text === undefined ? null : readTyped(own(parse(text), key), type, currencyExponent);
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function own<T>(values: Readonly<Record<string, T>> | null | unknown, name: string): T | undefined {
  return typeof values === "object" && values !== null && Object.hasOwn(values, name) ? (values as Record<string, T>)[name] : undefined;
}
