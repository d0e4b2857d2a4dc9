import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findPython } from "../../../src/tools/train/find-python.ts";
import type { Trees } from "./read-trees.ts";
import { walkTrees } from "./walk-trees.ts";

/** Microseconds a call by batch size, measured in Python's own process (not interleaved); null when XGBoost is not installed. */
export function timeXgboost(trees: Trees, rows: Float32Array, width: number): Readonly<Record<string, number>> | null {
  const { python } = findPython(process.env.PYTHON);
  if (python === null) return null;
  const count = rows.length / width;
  const input = {
    rows: Array.from({ length: count }, (_, row) => [...rows.subarray(row * width, (row + 1) * width)]),
    margins: Array.from({ length: count }, (_, row) => walkTrees(trees, rows, row * width)),
    trees: trees.roots.map((root, i) => {
      const end = root + (trees.nodesOf[i] ?? 0);
      const relative = (children: Int32Array) => [...children.subarray(root, end)].map((child) => (child < 0 ? -1 : child - root));
      return {
        left: relative(trees.left),
        right: relative(trees.right),
        feature: [...trees.feature.subarray(root, end)],
        threshold: [...trees.threshold.subarray(root, end)],
        leaf: [...trees.leaf.subarray(root, end)],
        missingGoesLeft: [...trees.missingGoesLeft.subarray(root, end)],
      };
    }),
  };
  const script = join(import.meta.dirname, "time_xgboost.py");
  const { status, stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(input), encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { microseconds: Record<string, number> }).microseconds;
}
