import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createModelRuntime } from "../../src/adapters/onnx/model-runtime.ts";
import { ModelCard } from "../../src/core/model/card.ts";
import type { ScoringModel } from "../../src/ports/model.ts";
import { compileOrtWasm } from "../../src/tools/train/ort-in-node.ts";

interface Case {
  readonly row: (number | null)[];
  readonly expected: number;
}
const modelOf = (name: string) => ({
  bytes: new Uint8Array(readFileSync(`models/${name}/model.onnx`)),
  card: ModelCard.parse(JSON.parse(readFileSync(`models/${name}/card.json`, "utf8"))),
  cases: JSON.parse(readFileSync(`models/${name}/agreement.json`, "utf8")) as Case[],
});
const transfer = modelOf("transfer");
const fraudguard = modelOf("fraudguard-v1");
const rowOf = ({ row }: Case) => Float32Array.from(row, (value) => value ?? Number.NaN);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let wasm: WebAssembly.Module;
beforeAll(async () => {
  wasm = await compileOrtWasm();
});

async function loaded({ bytes, card }: typeof transfer): Promise<ScoringModel> {
  const model = createModelRuntime(wasm);
  expect(await model.load(bytes, card)).toEqual({ ok: true, value: undefined });
  return model;
}

async function scoreOf(model: ScoringModel, rows: Float32Array, count: number): Promise<Float32Array> {
  const scored = await model.score(rows, count);
  if (!scored.ok) throw new Error(scored.error.reason);
  return scored.value;
}

describe.each([
  ["transfer", transfer],
  ["fraudguard-v1", fraudguard],
])("models/%s", (_, source) => {
  test("agrees with XGBoost to 1e-6 on data, thresholds, missing values and extremes", async () => {
    const model = await loaded(source);
    const width = source.card.inputs.length;
    const rows = new Float32Array(source.cases.length * width);
    for (const [i, each] of source.cases.entries()) rows.set(rowOf(each), i * width);
    const scored = await scoreOf(model, rows, source.cases.length);
    expect(source.cases.length).toBeGreaterThanOrEqual(250);
    expect(source.cases.some(({ row }) => row.includes(null))).toBe(true);
    const differences = source.cases.map(({ expected }, i) => Math.abs((scored[i] ?? Number.NaN) - expected));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-6);
  });

  test("gives a row alone what it gives it in a batch, bit for bit", async () => {
    const model = await loaded(source);
    const width = source.card.inputs.length;
    const few = source.cases.slice(0, 64);
    const rows = new Float32Array(few.length * width);
    for (const [i, each] of few.entries()) rows.set(rowOf(each), i * width);
    const batch = await scoreOf(model, rows, few.length);
    for (const [i, each] of few.entries()) expect((await scoreOf(model, rowOf(each), 1))[0]).toBe(batch[i]);
  });
});

test.each([
  [20, 4, 1],
  [50, 6, 7],
  [500, 5, 3],
])("%i calls over two models, begun up to %i turns apart, of up to %i rows, all get their own answers", async (calls, turns, most) => {
  const models = [
    { model: await loaded(transfer), cases: transfer.cases },
    { model: await loaded(fraudguard), cases: fraudguard.cases },
  ];
  const differences = Array.from({ length: calls }, async (_, i) => {
    const { model, cases } = models[i % 3 === 0 ? 1 : 0] ?? { model: null, cases: [] };
    const mine = Array.from({ length: 1 + (i % most) }, (_, k) => cases[(i + k) % cases.length]).filter((each) => each !== undefined);
    if (model === null) throw new Error("no model");
    const rows = Float32Array.from(mine.flatMap((each) => [...rowOf(each)]));
    for (let turn = 0; turn < i % turns; turn++) await null;
    const scored = await scoreOf(model, rows, mine.length);
    return Math.max(...mine.map(({ expected }, k) => Math.abs((scored[k] ?? Number.NaN) - expected)));
  });
  expect(Math.max(...(await Promise.all(differences)))).toBeLessThanOrEqual(1e-6);
});

test("is loading until its first load settles, and says so instead of waiting", async () => {
  const model = createModelRuntime(wasm);
  const loading = model.load(transfer.bytes, transfer.card);
  expect(model.state()).toBe("loading");
  expect(model.version()).toBeNull();
  expect(await model.score(new Float32Array(8), 1)).toEqual({ ok: false, error: { source: "model", reason: "unavailable" } });
  await loading;
  expect(model.state()).toBe("ready");
  expect(model.version()).toBe(`transfer/${transfer.card.version}`);
  expect(model.card()).toEqual(transfer.card);
});

test("bytes that are not the card's never reach the runtime", async () => {
  const model = createModelRuntime(wasm);
  const changed = transfer.bytes.slice();
  changed[1_000] = (changed[1_000] ?? 0) ^ 1;
  expect(await model.load(changed, transfer.card)).toMatchObject({ ok: false, error: { reason: "hash_mismatch" } });
  expect(model.state()).toBe("failed");
});

test.each([
  ["random bytes", Uint8Array.from({ length: 500 }, (_, i) => (i * 97) % 256)],
  ["a truncated file", transfer.bytes.slice(0, 10_000)],
  ["nothing", new Uint8Array(0)],
])("%s under their own hash are refused, and the runtime lives on", async (_, bytes) => {
  const model = createModelRuntime(wasm);
  expect(await model.load(bytes, { ...transfer.card, sha256: sha256(bytes) })).toMatchObject({
    ok: false,
    error: { reason: "unloadable" },
  });
  expect(model.state()).toBe("failed");
  expect(await model.load(transfer.bytes, transfer.card)).toMatchObject({ ok: true });
  expect(model.state()).toBe("ready");
});

test("a model of another width than its card is refused", async () => {
  const model = createModelRuntime(wasm);
  const card = { ...transfer.card, inputs: transfer.card.inputs.slice(1) };
  expect(await model.load(transfer.bytes, card)).toMatchObject({ ok: false, error: { reason: "unloadable" } });
});

test("a failed load leaves the last good model in force", async () => {
  const model = await loaded(transfer);
  expect(await model.load(fraudguard.bytes, transfer.card)).toMatchObject({ ok: false, error: { reason: "hash_mismatch" } });
  expect(model.state()).toBe("ready");
  expect(model.version()).toBe(`transfer/${transfer.card.version}`);
  expect((await scoreOf(model, new Float32Array(8), 1)).length).toBe(1);
});

test("scoring goes on while another model takes over", async () => {
  const model = await loaded(transfer);
  const first = transfer.cases[0];
  if (first === undefined) throw new Error("no case");
  const before = Array.from({ length: 50 }, () => scoreOf(model, rowOf(first), 1));
  const swap = model.load(fraudguard.bytes, fraudguard.card);
  for (const scored of await Promise.all(before)) expect(Math.abs((scored[0] ?? Number.NaN) - first.expected)).toBeLessThanOrEqual(1e-6);
  expect(await swap).toMatchObject({ ok: true });
  expect(model.version()).toBe(`fraudguard-v1/${fraudguard.card.version}`);
  expect((await scoreOf(model, new Float32Array(9), 1)).length).toBe(1);
});

test("rows of another width are invalid, no rows give no answer", async () => {
  const model = await loaded(transfer);
  expect(await model.score(new Float32Array(9), 1)).toEqual({ ok: false, error: { source: "model", reason: "invalid" } });
  expect(await model.score(new Float32Array(0), 0)).toEqual({ ok: true, value: new Float32Array(0) });
});
