import type { RefusalBatch } from "../../core/gate/refusal.ts";
import { ok } from "../../core/result.ts";
import type { RefusalSink } from "../../ports/gate.ts";

/** What Workers Analytics Engine takes of one invocation, and of one index in bytes. */
const MOST_POINTS = 250;
const MOST_INDEX = 96;

/** What is used of the platform's dataset. */
export interface Dataset {
  writeDataPoint(point: DataPoint): void;
}
export interface DataPoint {
  readonly indexes: string[];
  readonly blobs: (string | null)[];
  readonly doubles: number[];
}

/** What of a batch is one data point: a refusal, or a count of those that came beyond the batch's size. */
type Point = RefusalBatch["counted"][number] & { readonly asn?: number | null; readonly reference?: string; readonly host?: string };

/**
 * Refusals in Workers Analytics Engine: the index is the entry; blobs are path, country, ASN, reference, treatment and host, the double is how
 * many it counts. Writing is not waited for and tells of no failure.
 */
export function createRefusalDataset(dataset: Dataset): RefusalSink {
  return {
    async send({ refusals, counted }) {
      const points: Point[] = [...refusals.map((refusal) => ({ ...refusal, count: 1 })), ...counted];
      const rest = points.splice(MOST_POINTS - 1);
      const [first] = rest;
      if (first !== undefined)
        points.push(
          rest.length === 1
            ? first
            : { ...first, entry: "*", path: "*", country: null, count: rest.reduce((sum, { count }) => sum + count, 0) },
        );
      for (const { entry, path, country, asn, reference, treatment, host, count } of points)
        dataset.writeDataPoint({
          // Entries are named in ASCII.
          indexes: [entry.slice(0, MOST_INDEX)],
          blobs: [path, country, asn === undefined || asn === null ? null : String(asn), reference ?? null, treatment, host ?? null],
          doubles: [count],
        });
      return ok(undefined);
    },
  };
}
