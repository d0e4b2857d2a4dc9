import type { NewReport } from "../../../src/core/reports/report.ts";
import type { Report } from "../../../src/core/reports/report-record.ts";
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

/** A pending report of such a click flood that nobody has looked at. */
export function aReport(changes: Partial<Report>): Report {
  const { id, livemode, dedupKey, type, severity, origin, entity, description, ruleId, deadline, openedAtMs } = aFinding({ id: "r1" });
  return {
    ...{ id, livemode, dedupKey, type, severity, origin, entity, description, ruleId, deadline, openedAtMs },
    ...{ status: "pending", lastFoundAtMs: openedAtMs, findings: 1, assignee: null, notes: "", resolution: null },
    ...{ decidedBy: null, decidedAtMs: null, version: 1 },
    ...changes,
  };
}
