import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findPython } from "../train/find-python.ts";
import { compileOrtWasm } from "../train/ort-in-node.ts";
import { publishModel } from "../train/publish-model.ts";
import { runPython } from "../train/run-python.ts";

const USAGE = `usage: npm run train -- DATA.csv[.gz] [--out models]

Trains every model of models/ from a PaySim file, checks each against XGBoost and writes <out>/<name>/model.onnx, card.json, agreement.json.
The same file gives the same bytes. $PYTHON names the interpreter to use.`;

const scripts = join(import.meta.dirname, "../../../models/train");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string", default: join(scripts, "..") }, help: { type: "boolean", default: false } },
  });
  const [data] = positionals;
  if (values.help || data === undefined || positionals.length > 1) return say(USAGE, values.help ? 0 : 2);
  const file = await stat(data).catch(() => null);
  if (file === null || !file.isFile()) return say(`there is no file ${data}`, 2);
  const { python, why } = findPython(process.env.PYTHON);
  if (python === null) return say(why, 1);

  const work = await mkdtemp(join(tmpdir(), "tollgate-train-"));
  try {
    const code = await runPython(python, [join(scripts, "train.py"), data, work]);
    if (code !== 0) return say(`training stopped with exit code ${code}`, 1);
    const wasm = await compileOrtWasm();
    for (const name of await readdir(work)) {
      const { version, agreement, metrics } = await publishModel(wasm, join(work, name), join(values.out, name));
      console.log(`${name} ${version}: agrees with XGBoost on ${agreement.rows} rows to ${agreement.maxDifference.toExponential(1)}`);
      console.log(
        `  holdout: ${Object.entries(metrics.holdout ?? {})
          .map(([metric, value]) => `${metric} ${value}`)
          .join(", ")}`,
      );
    }
    return 0;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function say(text: string, code: number): number {
  console[code === 0 ? "log" : "error"](text);
  return code;
}

process.exitCode = await main().catch((fault: unknown) => say(fault instanceof Error ? fault.message : String(fault), 1));
