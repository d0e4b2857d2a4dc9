import { expect, test } from "vitest";
import { type RefusalBatch, RefusalBatch as Schema } from "../../../src/core/gate/refusal.ts";
import { err, ok } from "../../../src/core/result.ts";
import { createRefusalTally, type Refusal } from "../../../src/pipeline/gate/refusal-tally.ts";

const aRefusal = (changed: Partial<Refusal> = {}): Refusal => ({
  ...{ treatment: "refused", reference: "ray-1", address: "203.0.113.9", entry: "staff:#7", host: "shop.example", path: "/pay" },
  ...{ country: "DE", asn: 64_500, ...changed },
});

/** A tally whose batches are sent when a test says so. */
function aTally(isAway = false) {
  const sent: RefusalBatch[] = [];
  const logged: string[] = [];
  const work: Promise<unknown>[] = [];
  let go: () => void = () => {};
  const tally = createRefusalTally({
    log: (event) => logged.push(event),
    clock: () => 1_000,
    newId: () => `batch-${sent.length}`,
    pause: () =>
      new Promise((done) => {
        go = done;
      }),
    sink: {
      send: async (batch) => {
        sent.push(batch);
        return isAway ? err({ source: "queue", reason: "unavailable" }) : ok(undefined);
      },
    },
  });
  const end = async (): Promise<void> => {
    go();
    await Promise.all(work.splice(0));
  };
  return { tally, sent, logged, work, end, flush: () => tally.flush((one) => void work.push(one)) };
}

test("refusals of a second are one batch, without addresses, sent behind the answer", async () => {
  const { tally, sent, work, end, flush } = aTally();
  for (const reference of ["ray-1", "ray-2", "ray-3"]) {
    tally.add(aRefusal({ reference }));
    flush();
  }
  expect([work.length, sent.length]).toEqual([1, 0]);
  await end();
  expect(sent.map(({ refusals }) => refusals.map(({ reference }) => reference))).toEqual([["ray-1", "ray-2", "ray-3"]]);
  expect(JSON.stringify(sent)).not.toContain("203.0.113.9");
  flush();
  expect(work.length).toBe(0);
});

test("a flood is counted beyond what a message of the queue takes, and made-up paths do not grow it", async () => {
  const { tally, sent, end, flush } = aTally();
  for (let at = 0; at < 20_000; at++) tally.add(aRefusal({ reference: `ray-${at}`, path: `/${at}` }));
  flush();
  await end();
  const [batch] = sent;
  expect(batch?.refusals.length).toBe(200);
  expect(batch?.counted.reduce((sum, { count }) => sum + count, 0)).toBe(19_800);
  expect(JSON.stringify(batch).length).toBeLessThan(128_000);
  expect(Schema.safeParse(JSON.parse(JSON.stringify(batch))).success).toBe(true);
});

test("a queue that fails is told in the log, and the next batch is tried", async () => {
  const { tally, sent, logged, end, flush } = aTally(true);
  tally.add(aRefusal());
  flush();
  await end();
  tally.add(aRefusal());
  flush();
  await end();
  expect([sent.length, logged.filter((event) => event === "refusals_lost").length]).toEqual([2, 2]);
});
