import { spawnSync } from "node:child_process";

const MODULES = ["xgboost", "numpy", "onnx"];
const INSTALL = "apt-get install python3-xgboost python3-numpy python3-onnx";

/** The first interpreter that has what training needs; `$PYTHON` comes first, Debian's own last. Null with a sentence for each that lacks something. */
export function findPython(preferred: string | undefined): { readonly python: string | null; readonly why: string } {
  const candidates = preferred === undefined ? ["python3", "/usr/bin/python3"] : [preferred];
  const lacking: string[] = [];
  for (const python of candidates) {
    const probe = `import importlib.util as u; print(" ".join(m for m in ${JSON.stringify(MODULES)} if u.find_spec(m) is None))`;
    const { status, stdout } = spawnSync(python, ["-c", probe], { encoding: "utf8" });
    if (status === 0 && stdout.trim() === "") return { python, why: "" };
    lacking.push(status === 0 ? `${python} lacks ${stdout.trim().replaceAll(" ", ", ")}` : `${python} does not run`);
  }
  return {
    python: null,
    why: `training needs Python 3 with ${MODULES.join(", ")}: ${lacking.join("; ")}. On Debian or Ubuntu: ${INSTALL}`,
  };
}
