/** What the gate does on a path: nothing, look and count, ask listed visitors to prove themselves, refuse them. */
export const GATE_MODES = ["off", "monitor", "challenge", "enforce"] as const;
export type GateMode = (typeof GATE_MODES)[number];
