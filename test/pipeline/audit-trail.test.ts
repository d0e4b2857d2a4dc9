import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/core/audit/entry.ts";
import { err, ok } from "../../src/core/result.ts";
import { createAuditTrail } from "../../src/pipeline/audit-trail.ts";
import type { OutboxMessage, OutboxQueue } from "../../src/ports/outbox.ts";
import { anAuditEntry } from "../support/builders/audit.ts";

/** A trail on a clock and a queue that the test moves. */
function aTrail() {
  const sent: AuditEntry[][] = [];
  const logged: unknown[] = [];
  const unmatched: unknown[] = [];
  const state = { nowMs: 0, isDown: false };
  const works: Promise<unknown>[] = [];
  const wakers: (() => void)[] = [];
  const outbox: OutboxQueue = {
    send: async (message: OutboxMessage) => {
      if (state.isDown) return err({ source: "queue", reason: "unavailable" });
      if (message.kind === "audit") sent.push([...message.entries]);
      if (message.kind === "unmatched") unmatched.push(...message.calls);
      return ok(undefined);
    },
  };
  const trail = createAuditTrail({
    outbox,
    clock: () => state.nowMs,
    pause: () => new Promise((resolve) => wakers.push(resolve)),
    log: (event, fields) => logged.push([event, fields]),
  });
  const note = (changes: Partial<AuditEntry> = {}) =>
    trail.note(anAuditEntry({ details: { status: 200 }, ...changes }), (work) => works.push(work));
  const noteUnmatched = (network: string, requestId: string, isLimited = false) =>
    trail.noteUnmatched({ atMs: state.nowMs, network, isLimited, requestId }, (work) => works.push(work));
  const second = async () => {
    state.nowMs += 1_000;
    for (const wake of wakers.splice(0)) wake();
    await Promise.all(works.splice(0));
  };
  return { note, noteUnmatched, unmatched, second, sent, state, logged };
}

test("alike entries of a second are one with a count; different ones stand apart; the next second begins anew", async () => {
  const { note, second, sent } = aTrail();
  note({ id: "first" });
  note();
  note();
  note({ action: "auth.refused" });
  await second();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject([
    { id: "first", details: { status: 200, count: 3 } },
    { action: "auth.refused", details: { count: 1 } },
  ]);
  note();
  await second();
  expect(sent[1]).toMatchObject([{ details: { count: 1 } }]);
});

test("many entries are split over messages that fit the queue", async () => {
  const { note, second, sent } = aTrail();
  for (let i = 0; i < 250; i++) note({ address: `192.0.2.${i}` });
  await second();
  expect(sent.map((entries) => entries.length)).toEqual([100, 100, 50]);
});

test("what the queue did not take goes with the next flush, under the same id", async () => {
  const { note, second, sent, state } = aTrail();
  note({ id: "kept" });
  state.isDown = true;
  await second();
  state.isDown = false;
  note({ address: "192.0.2.200" });
  await second();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.map(({ id }) => id)).toContain("kept");
});

test("a flush that its request took with it is taken over", async () => {
  const { note, second, sent, state } = aTrail();
  note();
  state.nowMs += 6_000;
  note({ action: "auth.refused" });
  await second();
  expect(sent.flat()).toHaveLength(2);
});

test("past five thousand kinds of entry new ones are dropped, and the log says how many", async () => {
  const { note, second, sent, logged } = aTrail();
  for (let i = 0; i < 5_003; i++) note({ requestId: "r", address: `a-${i}` });
  await second();
  expect(sent.flat()).toHaveLength(5_000);
  expect(logged).toEqual([["audit_dropped", { entries: 3 }]]);
});

test("calls of what is not served are counts by network and five minutes, and no entries", async () => {
  const { noteUnmatched, unmatched, second, sent } = aTrail();
  noteUnmatched("n_1", "r-1");
  noteUnmatched("n_1", "r-2", true);
  noteUnmatched("n_2", "r-3");
  await second();
  expect(sent).toEqual([]);
  expect(unmatched).toEqual([
    { slotMs: 0, network: "n_1", calls: 2, limited: 1, requestId: "r-1" },
    { slotMs: 0, network: "n_2", calls: 1, limited: 0, requestId: "r-3" },
  ]);
});
