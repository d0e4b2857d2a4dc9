import { expect, test } from "vitest";
import { err, ok } from "../../src/core/result.ts";
import { createMoverWake } from "../../src/pipeline/wake-mover.ts";
import type { Shards } from "../../src/ports/pending.ts";

/** A wake on a clock and a queue that the test moves; an event's shard is its id. */
function aWake() {
  const sent: Shards[] = [];
  const state = { nowMs: 0, isDown: false };
  const wakers: (() => void)[] = [];
  const works: Promise<void>[] = [];
  const wake = createMoverWake({
    outbox: {
      send: async (message) => {
        if (state.isDown) return err({ source: "queue", reason: "unavailable" });
        if (message.kind === "wake" && message.shards !== undefined) sent.push(message.shards);
        return ok(undefined);
      },
    },
    shardOf: Number,
    clock: () => state.nowMs,
    pause: () => new Promise((resolve) => wakers.push(resolve)),
  });
  const second = async () => {
    state.nowMs += 1_000;
    for (const resolve of wakers.splice(0)) resolve();
    await Promise.all(works.splice(0));
  };
  /** The request that gathers is ended by the platform. */
  const lose = () => {
    wakers.splice(0);
    works.splice(0);
  };
  return { tell: (world: "live" | "test", ...ids: string[]) => void works.push(wake(world, ids)), second, lose, sent, state };
}

test("the shards of a second go in one message, each once, and the worlds stand apart", async () => {
  const { tell, second, sent } = aWake();
  tell("live", "3", "5");
  tell("live", "3");
  tell("test", "5");
  await second();
  expect(sent).toEqual([{ live: [3, 5], test: [5] }]);
  tell("test", "7");
  await second();
  expect(sent.slice(1)).toEqual([{ live: [], test: [7] }]);
});

test("what a failed message named goes with the next one", async () => {
  const { tell, second, sent, state } = aWake();
  state.isDown = true;
  tell("live", "3");
  await second();
  state.isDown = false;
  tell("live", "4");
  await second();
  expect(sent).toEqual([{ live: [3, 4], test: [] }]);
});

test("a gathering that its request took along is taken over by a later request", async () => {
  const { tell, second, sent, state, lose } = aWake();
  tell("live", "3");
  lose();
  state.nowMs += 5_000;
  tell("live", "4");
  await second();
  expect(sent).toEqual([{ live: [3, 4], test: [] }]);
});
