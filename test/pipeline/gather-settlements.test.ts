import { expect, test } from "vitest";
import { createGathering } from "../../src/pipeline/gather-settlements.ts";

/** A gathering with a clock and timers that the test moves. */
function aGathering() {
  let nowMs = 1_000;
  const timers: (() => void)[] = [];
  const sent: string[][] = [];
  const work: Promise<unknown>[] = [];
  const gathering = createGathering<string>({ clock: () => nowMs, wait: () => new Promise((resolve) => timers.push(resolve)) });
  return {
    sent,
    add: (entry: string): void =>
      gathering.add(entry, {
        waitUntil: (promise) => work.push(promise),
        send: async (entries) => sent.push([...entries]),
      }),
    pass: (ms: number): void => {
      nowMs += ms;
    },
    /** The owner's timer; a cancelled owner's never comes. */
    ring: async (): Promise<void> => {
      timers.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    cancelOwner: (): void => void timers.shift(),
  };
}

test("the first request sends what came within its window", async () => {
  const { add, ring, sent } = aGathering();
  for (const entry of ["a", "b", "c"]) add(entry);
  expect(sent).toEqual([]);
  await ring();
  expect(sent).toEqual([["a", "b", "c"]]);
});

test("the request that makes a batch full sends it, and its owner sends nothing", async () => {
  const { add, ring, sent } = aGathering();
  const entries = Array.from({ length: 17 }, (_, i) => `entry-${i}`);
  for (const entry of entries) add(entry);
  expect(sent).toEqual([entries.slice(0, 16)]);
  await ring();
  expect(sent).toHaveLength(1);
  await ring();
  expect(sent).toEqual([entries.slice(0, 16), ["entry-16"]]);
});

test("what a cancelled owner left is sent by the next request, once", async () => {
  const { add, pass, ring, cancelOwner, sent } = aGathering();
  add("owner");
  add("other");
  cancelOwner();
  pass(31);
  add("early");
  expect(sent).toEqual([]);
  pass(1);
  add("next");
  expect(sent).toEqual([["owner", "other", "early", "next"]]);
  add("later");
  await ring();
  expect(sent.slice(1)).toEqual([["later"]]);
});
