import type { GateMode } from "./mode.ts";

/** What lists say of a visitor. */
export type GateVerdict = "none" | "block" | "challenge" | "allow";
/** `note`: the visitor passes and is counted. */
export type GateTreatment = "pass" | "note" | "refuse" | "challenge";

/** What a mode makes of a verdict. Where no challenge can be posed, who is blocked is refused and who is only to be challenged passes. */
export function treat(mode: GateMode, verdict: GateVerdict, canChallenge: boolean): GateTreatment {
  if (mode === "off" || verdict === "none" || verdict === "allow") return "pass";
  if (mode === "monitor") return "note";
  if (verdict === "challenge") return canChallenge ? "challenge" : "note";
  return mode === "challenge" && canChallenge ? "challenge" : "refuse";
}
