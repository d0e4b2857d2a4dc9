import type { AuditDetails } from "../audit/entry.ts";
import type { ExternalCheck } from "./check-settings.ts";

/** A service as staff see it and as it is audited: settings hold no secrets. */
export const describeCheck = (check: ExternalCheck) => ({
  id: check.name,
  description: check.description,
  active: check.isActive,
  settings: check.settings,
  created_at: new Date(check.createdAtMs).toISOString(),
  created_by: check.createdBy,
  updated_at: new Date(check.updatedAtMs).toISOString(),
  updated_by: check.updatedBy,
  version: check.version,
});

/** What a change is compared by. */
export const auditedCheck = ({ name, description, isActive, settings }: ExternalCheck): AuditDetails => ({
  id: name,
  description,
  active: isActive,
  ...JSON.parse(JSON.stringify(settings)),
});
