/** A complete card as JSON, with the parts a test cares about replaced. */
export function aCard(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: "transfer",
    version: "1",
    live: true,
    description: "for tests",
    notes: [],
    sha256: "0".repeat(64),
    inputs: [{ name: "amount", feature: "amount", encode: "money", range: [0, 1_000] }],
    missing: "nan",
    output: { name: "probability", calibration: { method: "none" } },
    appliesTo: { types: ["TRANSFER", "CASH_OUT"], requires: ["oldbalanceOrg"] },
    threshold: 0.5,
    metrics: { holdout: { auprc: 0.9 } },
    agreement: { rows: 10, maxDifference: 0 },
    training: { data: { name: "none.csv", sha256: "0".repeat(64), rows: 10 } },
    ...change,
  };
}
