import { type Fault, type FaultInput, FaultList } from "./fault.ts";

/** What is to go wrong with one request: delays add up, the first other fault that hits decides. */
export interface Verdict {
  readonly delayMs: number;
  readonly failure: Exclude<Fault, { kind: "delay" }> | null;
}

const HEALTHY: Verdict = { delayMs: 0, failure: null };

/** The faults of one gateway, changed while it runs. */
export interface FaultSwitch {
  /** Takes the place of all faults before; throws on a fault that does not exist. */
  set(faults: readonly FaultInput[]): void;
  list(): readonly Fault[];
  /** @param text reads the request's commands or SQL; called only when a fault asks for it */
  next(text: () => string): Verdict;
}

/** @param random uniform in [0, 1) */
export function createFaultSwitch(random: () => number = Math.random): FaultSwitch {
  let active: { fault: Fault; left: number }[] = [];

  const hits = (entry: { fault: Fault; left: number }, text: () => string): boolean => {
    const { match, probability } = entry.fault;
    if (match !== undefined && !text().includes(match)) return false;
    if (random() >= probability) return false;
    entry.left -= 1;
    return true;
  };

  return {
    set(faults) {
      active = FaultList.parse(faults).map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    list: () => active.map(({ fault, left }) => (fault.times === undefined ? fault : { ...fault, times: left })),
    next(text) {
      if (active.length === 0) return HEALTHY;
      let delayMs = 0;
      let failure: Verdict["failure"] = null;
      for (const entry of active) {
        if (failure !== null || !hits(entry, text)) continue;
        if (entry.fault.kind === "delay") delayMs += entry.fault.ms;
        else failure = entry.fault;
      }
      active = active.filter((entry) => entry.left > 0);
      return { delayMs, failure };
    },
  };
}
