import { writeFileSync } from "node:fs";
import type { WorkerVars } from "../gateways.ts";

/** Writes the Worker's variables where only their owner reads them: on a command line every user of the machine would see them. */
export function writeEnvFile(file: string, vars: WorkerVars): void {
  const lines = Object.entries(vars).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}
