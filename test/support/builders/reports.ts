import type { NewReport } from "../../../src/core/reports/report.ts";
import { NOON } from "../records/record-builder.ts";

/** A click flood from one address, as a trigger finds it, unless told otherwise. Its key is its id's. */
export function aFinding(changes: Partial<NewReport> & { readonly id: string }): NewReport {
  return {
    dedupKey: `key of ${changes.id}`,
    type: "click_speed",
    severity: "medium",
    origin: "trigger",
    livemode: true,
    entity: { kind: "ip", value: "198.51.100.7" },
    description: "120 clicks in a minute from one address",
    evidence: { clicks: 120, window: "1m" },
    decisionIds: [],
    ruleId: null,
    related: { addresses: ["198.51.100.7"], devices: ["d1"], clients: ["c1"] },
    deadline: null,
    openedAtMs: NOON,
    ...changes,
  };
}
