import type { Log } from "../../core/log/log-line.ts";

/**
 * Tells of what may fail with every request: of each part its 1st, 2nd, 4th, 8th … failure in this isolate, with the number.
 * So an origin that is down under load fills no log.
 */
export function createSparingLog(log: Log): Log {
  const counts = new Map<unknown, number>();
  return (event, fields) => {
    if (event !== "gate_failed") return log(event, fields);
    const count = (counts.get(fields.part) ?? 0) + 1;
    counts.set(fields.part, count);
    if (Number.isInteger(Math.log2(count))) log(event, { ...fields, count });
  };
}
