/** What the gate does on a path: nothing, look and count, ask listed visitors to prove themselves, refuse them. From lenient to strict. */
export const GATE_MODES = ["off", "monitor", "challenge", "enforce"] as const;
export type GateMode = (typeof GATE_MODES)[number];

/** `off` for none. */
export function strictest(modes: readonly GateMode[]): GateMode {
  return GATE_MODES[Math.max(0, ...modes.map((mode) => GATE_MODES.indexOf(mode)))] ?? "enforce";
}
