import { readFileSync } from "node:fs";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import { createCurrency } from "../../src/core/event/money.ts";
import { type ParseContext, parseEvent } from "../../src/core/event/parse.ts";

interface SampleFile {
  readonly now: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly expected: readonly {
    readonly client_id: string;
    readonly device_id: string;
    readonly ip_address: string;
    readonly features: Readonly<Record<string, number | string | boolean | null>>;
  }[];
}

/** S2.11: the events of the sample and what the features must be at `now`. */
export const SAMPLE = JSON.parse(readFileSync(new URL("../fixtures/sample-events.json", import.meta.url), "utf8")) as SampleFile;
export const SAMPLE_NOW = Date.parse(SAMPLE.now);

const context: ParseContext = {
  settings: { currency: createCurrency("EUR"), merchantDimensions: [], tokenizeCard: (digits) => `token-${digits.length}` },
  nowMs: SAMPLE_NOW,
  callerAddress: null,
  newId: () => "unused",
};

export function sampleEvents(): CanonicalEvent[] {
  return SAMPLE.events.map((input) => parsed(input));
}

/** The payment that asks for one entry's features. */
export function sampleQuestion(entry: SampleFile["expected"][number]): CanonicalEvent {
  const { client_id, device_id, ip_address } = entry;
  return parsed({ id: "question", type: "transaction", amount: 1, timestamp: SAMPLE.now, client_id, device_id, ip_address });
}

function parsed(input: Readonly<Record<string, unknown>>): CanonicalEvent {
  const result = parseEvent(input, context);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.event;
}
