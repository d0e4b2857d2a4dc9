import * as z from "zod";
import type { Alert } from "../../core/alerts/alert.ts";
import { type AlertHandling, handleAlert, LONGEST_SNOOZE_HOURS } from "../../core/alerts/handle-alert.ts";
import { err, ok } from "../../core/result.ts";
import { staffAction } from "../staff-action.ts";
import { type AlertDeps, findAlert, handledState, rereadAlert } from "./alert-deps.ts";

const HOUR_MS = 3_600_000;

export const HandlingCall = z.strictObject({
  id: z.string().min(1).max(100),
  note: z.string().trim().min(1).max(500).optional(),
  version: z.int().positive().optional(),
});
export const SnoozeCall = HandlingCall.extend({ hours: z.int().min(1).max(LONGEST_SNOOZE_HOURS).default(24) });

/** Says that a person looks after an alert. */
export const acknowledgeAlert = handling("acknowledge", HandlingCall, () => ({ kind: "acknowledge" }));
/** Puts an alert off; it is open again after that. */
export const snoozeAlert = handling("snooze", SnoozeCall, ({ hours }, nowMs) => ({ kind: "snooze", untilMs: nowMs + hours * HOUR_MS }));
/** Ends an alert; its cause, seen again, raises another. */
export const resolveAlert = handling("resolve", HandlingCall, () => ({ kind: "resolve" }));

function handling<Call extends z.infer<typeof HandlingCall>>(
  name: AlertHandling["kind"],
  input: z.ZodType<Call>,
  wanted: (call: Call, nowMs: number) => AlertHandling,
) {
  return staffAction<AlertDeps, Call, Alert>({
    verb: "alerts.handle",
    action: `alert.${name}`,
    input,
    plan: async (deps, call, context) => {
      const found = await findAlert(deps, call.id, context);
      if (!found.ok) return found;
      const by = { name: context.actor.name ?? context.actor.id, atMs: context.nowMs, note: call.note ?? null };
      const handled = handleAlert(found.value, wanted(call, context.nowMs), by);
      if (!handled.ok) {
        const message = `alert \`${call.id}\` is resolved: its cause, seen again, raises another`;
        return err({ kind: "invalid", faults: [{ code: "alert_over", path: "id", message }] });
      }
      return ok({
        change: deps.alerts.handling(found.value.version, handled.value),
        target: { kind: "alert", id: call.id, isPersonal: false },
        current: handledState(found.value),
        expected: call.version,
        after: handledState(handled.value).state,
        reread: () => rereadAlert(deps, found.value.id, context.nowMs),
        output: handled.value,
      });
    },
  });
}
