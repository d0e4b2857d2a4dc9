import { expect, test } from "vitest";
import type { FeatureType, FeatureValue } from "../../../src/core/features/value.ts";
import { DECLARED, factsOf, logsFor, planOf } from "../../support/facts.ts";
import { SAMPLE, sampleEvents, sampleQuestion } from "../../support/sample-events.ts";

const plan = planOf(DECLARED);

/** A value as the sample file writes it: major units with 3 decimals, ISO times. */
function written(value: FeatureValue, type: FeatureType): FeatureValue {
  if (typeof value !== "number") return value;
  if (type === "money") return Math.round(value * 10) / 1_000;
  return type === "time" ? new Date(value).toISOString().replace(".000", "") : value;
}

test.each(SAMPLE.expected)("the sample's features of $client_id on $device_id come out exactly", (entry) => {
  const question = sampleQuestion(entry);
  const { values, marks } = factsOf(plan, question, { logs: logsFor(question, sampleEvents()), self: false });
  for (const [name, expected] of Object.entries(entry.features)) {
    const slot = plan.catalogue.byName.get(name);
    expect({ [name]: written(values[name], slot?.type ?? "text") }).toEqual({ [name]: expected });
    expect(marks[name]).toBeUndefined();
  }
});
