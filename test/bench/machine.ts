import { cpus } from "node:os";
import { WORKERD_VERSION } from "./workerd/serve-worker.ts";

/** What the figures were measured on, in one line. */
export function machineLine(now: Date): string {
  const processors = cpus();
  const { node, v8 } = process.versions;
  return [
    now.toISOString().slice(0, 10),
    `${processors.length} cores (${processors[0]?.model.trim() || process.arch})`,
    `${process.platform} ${process.arch}`,
    `Node ${node} (V8 ${v8})`,
    `workerd ${WORKERD_VERSION}`,
  ].join(" · ");
}
