import { expect, test } from "vitest";
import type { Alert } from "../../../src/core/alerts/alert.ts";
import { handleAlert } from "../../../src/core/alerts/handle-alert.ts";

const open: Alert = {
  id: 1,
  kind: "block_rate",
  severity: "critical",
  world: "live",
  dedupKey: "block_rate:3",
  title: "version 3 would block 60 % of decisions",
  details: {},
  status: "open",
  snoozedUntilMs: null,
  firstSeenMs: 0,
  lastSeenMs: 0,
  timesSeen: 1,
  handledBy: null,
  handledMs: null,
  note: null,
  version: 1,
};
const ann = { name: "ann", atMs: 5, note: null };

test("an alert is acknowledged, snoozed, taken up again and resolved; each time by whom and when", () => {
  const acknowledged = handleAlert(open, { kind: "acknowledge" }, { ...ann, note: "looking" });
  expect(acknowledged).toMatchObject({
    ok: true,
    value: { status: "acknowledged", handledBy: "ann", handledMs: 5, note: "looking", version: 2 },
  });
  if (!acknowledged.ok) return;
  const snoozed = handleAlert(acknowledged.value, { kind: "snooze", untilMs: 99 }, ann);
  expect(snoozed).toMatchObject({ ok: true, value: { status: "snoozed", snoozedUntilMs: 99, note: "looking", version: 3 } });
  if (!snoozed.ok) return;
  expect(handleAlert(snoozed.value, { kind: "acknowledge" }, ann)).toMatchObject({
    value: { status: "acknowledged", snoozedUntilMs: null },
  });
  expect(handleAlert(snoozed.value, { kind: "resolve" }, ann)).toMatchObject({ value: { status: "resolved", snoozedUntilMs: null } });
});

test("a resolved alert is over", () => {
  for (const kind of ["acknowledge", "resolve"] as const)
    expect(handleAlert({ ...open, status: "resolved" }, { kind }, ann)).toEqual({ ok: false, error: "resolved" });
  expect(handleAlert({ ...open, status: "resolved" }, { kind: "snooze", untilMs: 99 }, ann)).toEqual({ ok: false, error: "resolved" });
});
