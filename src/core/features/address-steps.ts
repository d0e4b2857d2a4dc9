import type { AddressIntelligence } from "../address-intelligence/address-intelligence.ts";
import type { AddressDeclaration, DiffersDeclaration, UnusualCountryDeclaration } from "./declaration.ts";
import type { SlotOf } from "./derived-steps.ts";
import { type FactState, inheritMarks, type Step, setMissing } from "./fact-state.ts";
import { readTyped } from "./read-typed.ts";
import type { FeatureValue } from "./value.ts";

const DAY_MS = 86_400_000;
/** A country is one of the client's usual ones a day after it was first seen: what an intruder did this morning excuses nothing. */
const SETTLED_MS = DAY_MS;
/** And until this long after it was last seen. */
const REMEMBERED_MS = 180 * DAY_MS;

const FROM_LISTS: Readonly<Record<Exclude<AddressDeclaration["measure"], "country" | "riskScore">, keyof AddressIntelligence>> = {
  isDatacenter: "isDatacenter",
  isVpn: "isVpn",
  isTor: "isTor",
  blacklistCount: "blacklistCount",
};

/** What is known of the event's address. Absent without one, and where nobody looked; missing when the lists or Redis failed. */
export function addressStep({ measure }: AddressDeclaration, slot: number): Step {
  if (measure === "riskScore")
    return (state) => {
      const { address, event } = state.input;
      if (event.dimensions.ip === undefined || address === undefined) state.values[slot] = null;
      else if (address.riskScore === undefined) setMissing(state, slot, "store");
      else state.values[slot] = address.riskScore;
    };
  if (measure === "country") return countryStep(slot);
  const column = FROM_LISTS[measure];
  return (state) => fromLists(state, slot, column);
}

/** The country that the request says its address is in, else what the country lists say. */
function countryStep(slot: number): Step {
  return (state) => {
    const { ip_geo: place } = state.input.event.body;
    const said =
      typeof place === "object" && place !== null && Object.hasOwn(place, "country") ? (place as { country?: unknown }).country : null;
    const country = readTyped(said, "country", 0);
    if (country !== null) state.values[slot] = country;
    else fromLists(state, slot, "country");
  };
}

function fromLists(state: FactState, slot: number, column: keyof AddressIntelligence): void {
  const { address, event } = state.input;
  if (event.dimensions.ip === undefined || address === undefined) state.values[slot] = null;
  else if (address.lists === undefined) setMissing(state, slot, "lists");
  else state.values[slot] = address.lists[column];
}

/**
 * Whether a country is none of the client's usual ones: those with an event that was not blocked, first seen at least a day and last at most 180 days
 * before this event. Absent without a country, a client or usual ones; missing when Postgres failed.
 */
export function unusualCountryStep({ of }: UnusualCountryDeclaration, slot: number, slotOf: SlotOf): Step {
  const from = slotOf(of);
  return (state) => {
    const { client, event } = state.input;
    const country = state.values[from];
    if (typeof country !== "string") state.values[slot] = country === undefined ? undefined : null;
    else if (event.dimensions.client === undefined || client === null) state.values[slot] = null;
    else if (client === undefined) setMissing(state, slot, "postgres");
    else {
      const usual = (client.countries ?? []).filter(
        ({ firstMs, lastMs }) => firstMs <= event.occurredAtMs - SETTLED_MS && lastMs > event.occurredAtMs - REMEMBERED_MS,
      );
      state.values[slot] = usual.length === 0 ? null : !usual.some((one) => one.country === country);
      if (state.clientMark !== null) state.marks.set(slot, state.clientMark);
    }
  };
}

/** Whether two texts, ids, countries or addresses differ. */
export function differsStep({ of }: DiffersDeclaration, slot: number, slotOf: SlotOf): Step {
  const [one, other] = [slotOf(of[0]), slotOf(of[1])];
  return (state) => {
    state.values[slot] = differ(state.values[one], state.values[other]);
    if (state.marks.size > 0) inheritMarks(state, slot, [one, other]);
  };
}

function differ(one: FeatureValue, other: FeatureValue): boolean | null | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one === null || other === null ? null : one !== other;
}
