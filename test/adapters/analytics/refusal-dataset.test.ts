import { expect, test } from "vitest";
import { createRefusalDataset, type DataPoint } from "../../../src/adapters/analytics/refusal-dataset.ts";
import type { GateRefusal } from "../../../src/core/gate/refusal.ts";

const aRefusal = (reference: string): GateRefusal => ({
  ...{ atMs: 1_000, treatment: "refused", reference, host: "shop.example", path: "/pay", entry: "staff:#7", country: "DE", asn: 64_500 },
});
const written = async (batch: Parameters<ReturnType<typeof createRefusalDataset>["send"]>[0]): Promise<DataPoint[]> => {
  const points: DataPoint[] = [];
  await createRefusalDataset({ writeDataPoint: (point) => void points.push(point) }).send(batch, 100);
  return points;
};

test("a refusal is a data point under its entry", async () => {
  expect(await written({ id: "b", refusals: [aRefusal("ray-1")], counted: [] })).toEqual([
    { indexes: ["staff:#7"], blobs: ["/pay", "DE", "64500", "ray-1", "refused", "shop.example"], doubles: [1] },
  ]);
});

test("a flood makes no more points than one invocation may write, and loses no count", async () => {
  const refusals = Array.from({ length: 200 }, (_, at) => aRefusal(`ray-${at}`));
  const counted = Array.from({ length: 300 }, (_, at) => {
    const { atMs, treatment, entry, country } = aRefusal("");
    return { atMs, treatment, entry, country, path: `/${at}`, count: 3 };
  });
  const points = await written({ id: "b", refusals, counted });
  expect(points.length).toBe(250);
  expect(points.reduce((sum, { doubles }) => sum + (doubles[0] ?? 0), 0)).toBe(200 + 300 * 3);
});
