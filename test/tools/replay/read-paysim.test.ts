import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaysimRow, readPaysim } from "../../../src/tools/replay/read-paysim.ts";

const HEADER = "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud,isFlaggedFraud\n";
const LINES = "1,TRANSFER,80.0,C11,80.0,0.0,C83,0.0,0.0,1,0\n2,PAYMENT,1838.95,C69,3896.0,2057.05,M15,0.0,0.0,0,0\n";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-replay-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string, limit = Number.POSITIVE_INFINITY): Promise<PaysimRow[]> {
  const rows: PaysimRow[] = [];
  for await (const row of readPaysim(path, limit)) rows.push(row);
  return rows;
}

test("rows come with numbers and labels, without what exists only after the payment", async () => {
  expect(await read(file("plain.csv", HEADER + LINES))).toEqual([
    {
      number: 1,
      step: 1,
      type: "TRANSFER",
      amount: 80,
      nameOrig: "C11",
      oldbalanceOrg: 80,
      nameDest: "C83",
      oldbalanceDest: 0,
      isFraud: true,
    },
    {
      number: 2,
      step: 2,
      type: "PAYMENT",
      amount: 1838.95,
      nameOrig: "C69",
      oldbalanceOrg: 3896,
      nameDest: "M15",
      oldbalanceDest: 0,
      isFraud: false,
    },
  ]);
});

test("a gzip file reads the same", async () => {
  expect(await read(file("packed.csv.gz", gzipSync(HEADER + LINES)))).toEqual(await read(file("plain.csv", HEADER + LINES)));
});

test("a limit reads that many rows", async () => {
  expect((await read(file("long.csv", HEADER + LINES.repeat(500)), 3)).map(({ number }) => number)).toEqual([1, 2, 3]);
});

test.each([
  ["another file", "a,b\n1,2\n", /is not a PaySim file: no column step, type/],
  ["an amount that is no number", `${HEADER}1,PAYMENT,much,C1,0,0,M1,0,0,0,0\n`, /line 2: amount is `much`, not a number/],
  ["an empty balance", `${HEADER}1,PAYMENT,5,C1,,0,M1,0,0,0,0\n`, /line 2: oldbalanceOrg is ``, not a number/],
  ["an unknown type", `${HEADER}1,GIFT,5,C1,0,0,M1,0,0,0,0\n`, /line 2: unknown type `GIFT`/],
])("%s is refused with its place", async (_, content, fault) => {
  await expect(read(file("wrong.csv", content))).rejects.toThrow(fault);
});

test("a broken gzip file and a missing file are faults, not endless waits", async () => {
  await expect(read(file("broken.csv.gz", gzipSync(HEADER + LINES).subarray(0, 40)))).rejects.toThrow();
  await expect(read(join(folder, "none.csv"))).rejects.toThrow(/ENOENT/);
});
