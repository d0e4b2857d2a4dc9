import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ModelCard } from "../../src/core/model/card.ts";
import { findPython } from "../../src/tools/train/find-python.ts";

const DATA = "../shared/data/paysim_v1_sim_m025_CO_TR_sample.csv.gz";
const cardOf = (folder: string, name: string) => ModelCard.parse(JSON.parse(readFileSync(join(folder, name, "card.json"), "utf8")));

/** Why training cannot be repeated here, or null. */
function obstacle(): string | null {
  if (!existsSync(DATA)) return `no ${DATA}`;
  const { python, why } = findPython(process.env.PYTHON);
  if (python === null) return why;
  const { stdout } = spawnSync(python, ["-c", "import xgboost; print(xgboost.__version__)"], { encoding: "utf8" });
  const wanted = cardOf("models", "transfer").training.xgboost;
  return stdout.trim() === wanted ? null : `the models were trained with xgboost ${wanted}, here is ${stdout.trim()}`;
}

test("training again on the same file gives the committed models, in agreement with XGBoost on 10,000 rows", {
  timeout: 300_000,
}, (context) => {
  const why = obstacle();
  if (why !== null) {
    console.log(`skipped: training is not repeated (${why})`);
    context.skip(why);
  }
  const out = mkdtempSync(join(tmpdir(), "tollgate-models-"));
  try {
    const run = spawnSync("node_modules/.bin/node", ["src/tools/cli/train.ts", DATA, "--out", out], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    for (const name of ["transfer", "fraudguard-v1"]) {
      const card = cardOf(out, name);
      expect(card.agreement.rows).toBe(10_000);
      expect(card.agreement.maxDifference).toBeLessThanOrEqual(1e-6);
      expect(card.sha256).toBe(cardOf("models", name).sha256);
    }
    expect(cardOf(out, "transfer").metrics.holdout?.auprc).toBeGreaterThanOrEqual(0.97);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
