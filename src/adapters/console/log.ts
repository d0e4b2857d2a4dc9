import { formatLogLine, isWritten, type Log, type LogLevel, levelOf } from "../../core/log/log-line.ts";

/** Structured records on the console, which Workers Logs, Logpush and Tail Workers collect. */
export function createConsoleLog(clock: () => number, threshold: LogLevel): Log {
  return (event, fields) => {
    const level = levelOf(event);
    if (isWritten(level, threshold)) console[level](formatLogLine(event, fields, clock()));
  };
}
