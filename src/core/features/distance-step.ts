import { lastPosition } from "../velocity/decode-log.ts";
import type { DistanceDeclaration } from "./declaration.ts";
import { distanceKm } from "./distance.ts";
import { type Step, setMissing } from "./fact-state.ts";

const HOUR_MS = 3_600_000;
/** Two events at once far apart are fast, not infinitely fast. */
const LEAST_MS = 1_000;

/** How far, or how fast, from where the entity was at its previous event with coordinates. */
export function distanceStep(declaration: DistanceDeclaration, slot: number, role: number): Step {
  return (state) => {
    const { event, logs } = state.input;
    const { latitude, longitude, occurredAtMs } = event;
    const log = state.logs[role] ?? null;
    state.values[slot] = null;
    if (latitude === null || longitude === null || event.dimensions[declaration.by] === undefined) return;
    if (logs === undefined || log === null) {
      setMissing(state, slot, "log");
      return;
    }
    const previous = lastPosition(log, occurredAtMs);
    if (previous === null) return;
    const km = distanceKm(previous, { latitude, longitude });
    state.values[slot] = declaration.measure === "km" ? km : km / (Math.max(LEAST_MS, occurredAtMs - previous.atMs) / HOUR_MS);
  };
}
