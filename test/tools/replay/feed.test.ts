import { expect, test } from "vitest";
import { feed } from "../../../src/tools/replay/feed.ts";

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}
const unlimited = {
  concurrency: 4,
  ratePerSecond: Number.POSITIVE_INFINITY,
  nowMs: () => 0,
  wait: () => Promise.reject(new Error("waited without need")),
  isStopped: () => false,
};

test("every item is worked on once, begun in order, never more at a time than allowed", async () => {
  const begun: number[] = [];
  let inFlight = 0;
  let most = 0;
  await feed(numbers(100), unlimited, async (item) => {
    begun.push(item);
    most = Math.max(most, ++inFlight);
    for (let turn = 0; turn < item % 5; turn++) await null;
    inFlight--;
  });
  expect(begun).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});

test("a rate spaces the starts evenly", async () => {
  let nowMs = 0;
  const starts: number[] = [];
  const wait = async (ms: number) => {
    nowMs += ms;
  };
  await feed(numbers(5), { ...unlimited, concurrency: 1, ratePerSecond: 20, nowMs: () => nowMs, wait }, async () => {
    starts.push(nowMs);
  });
  expect(starts).toEqual([0, 50, 100, 150, 200]);
});

test("a stop lets what is in flight end and begins nothing more", async () => {
  let isStopped = false;
  const ended: number[] = [];
  await feed(numbers(100), { ...unlimited, isStopped: () => isStopped }, async (item) => {
    if (item === 9) isStopped = true;
    await null;
    ended.push(item);
  });
  expect(ended).toContain(9);
  expect(ended.length).toBeLessThan(100);
});

test("a fault of the work or of the items ends the feed with it", async () => {
  await expect(feed(numbers(10), unlimited, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  async function* faulty() {
    yield 1;
    throw new Error("unreadable");
  }
  await expect(feed(faulty(), unlimited, async () => {})).rejects.toThrow("unreadable");
});
