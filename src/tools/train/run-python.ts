import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { SingleBar } from "cli-progress";

/** Runs `models/train/train.py`, showing its steps and rounds. Resolves to its exit code; its own faults go to standard error. */
export async function runPython(python: string, args: readonly string[]): Promise<number> {
  const child = spawn(python, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  const closed = once(child, "close");
  const failed = once(child, "error").then(([fault]) => {
    throw fault;
  });
  const rounds = new SingleBar({ format: "  {bar} {value}/{total} rounds, {eta} s left", noTTYOutput: false });
  let isBarShown = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, ...words] = line.split(" ");
    if (kind === "round") {
      const [done, total] = words.map(Number);
      if (!process.stdout.isTTY || done === undefined || total === undefined) continue;
      if (!isBarShown) rounds.start(total, 0);
      isBarShown = true;
      rounds.update(done);
      continue;
    }
    if (isBarShown) rounds.stop();
    isBarShown = false;
    console.log(words.join(" "));
  }
  if (isBarShown) rounds.stop();
  const [code] = await Promise.race([closed, failed]);
  return code ?? 1;
}
