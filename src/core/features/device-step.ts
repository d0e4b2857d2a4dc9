import { type Contradiction, contradictionsOf } from "../device/contradictions.ts";
import { readDevice } from "../device/device-report.ts";
import { isEmulator, isVirtualMachine } from "../device/emulation.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { DeviceDeclaration } from "./declaration.ts";
import type { Step } from "./fact-state.ts";
import type { FeatureValue } from "./value.ts";

interface Signals {
  readonly contradictions: readonly Contradiction[] | null;
  readonly emulator: boolean | null;
  readonly virtualMachine: boolean | null;
}

/** A signal of what the event tells of its device; absent when it tells too little. */
export function deviceStep({ signal }: DeviceDeclaration, slot: number): Step {
  return ({ input, values }) => {
    values[slot] = valueOf(signal, signalsOf(input.event));
  };
}

/** All signals of an event are read from one look at it. */
const known = new WeakMap<CanonicalEvent, Signals>();

function signalsOf(event: CanonicalEvent): Signals {
  const found = known.get(event);
  if (found !== undefined) return found;
  const device = readDevice(event.body);
  const signals = {
    contradictions: contradictionsOf(device, event.occurredAtMs),
    emulator: isEmulator(device),
    virtualMachine: isVirtualMachine(device),
  };
  known.set(event, signals);
  return signals;
}

function valueOf(signal: DeviceDeclaration["signal"], { contradictions, emulator, virtualMachine }: Signals): FeatureValue {
  switch (signal) {
    case "emulator":
      return emulator;
    case "virtualMachine":
      return virtualMachine;
    case "inconsistent":
      return contradictions === null ? null : contradictions.length > 0;
    case "contradictions":
      return contradictions === null || contradictions.length === 0 ? null : contradictions.join(" ");
  }
}
