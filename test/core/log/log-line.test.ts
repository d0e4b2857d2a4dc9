import { expect, test } from "vitest";
import { describeError } from "../../../src/core/log/describe-error.ts";
import { formatLogLine, isWritten } from "../../../src/core/log/log-line.ts";

const NOON = Date.UTC(2026, 10, 20, 12);

test("a record begins with time, level and event, and its fields cannot take their place", () => {
  const line = formatLogLine("job_failed", { job: "move_pending", level: "info", event: "other", ms: 12 }, NOON);
  expect(line).toBe('{"timestamp":"2026-11-20T12:00:00.000Z","level":"warn","event":"job_failed","job":"move_pending","ms":12}');
});

test("a field whose name says secret is not written, whatever it holds", () => {
  const fields = { api_key: "x", password: "p", refresh_token: "r", authorization: "a", card_number: 4111, key_id: "key-1" };
  expect(JSON.parse(formatLogLine("request", fields, NOON))).toMatchObject({
    api_key: "[redacted]",
    password: "[redacted]",
    refresh_token: "[redacted]",
    authorization: "[redacted]",
    card_number: "[redacted]",
    key_id: "key-1",
  });
});

test("a newline in a value cannot begin a record of its own", () => {
  expect(formatLogLine("request", { route: 'x"\n{"event":"forged"}' }, NOON).split("\n")).toHaveLength(1);
});

test("below the threshold nothing is written", () => {
  expect([isWritten("info", "warn"), isWritten("warn", "warn"), isWritten("error", "warn")]).toEqual([false, true, true]);
});

test("of an error that a library threw only its kind and its frames are told", () => {
  class UpstashError extends Error {
    override name = "UpstashError";
  }
  const told = describeError(new UpstashError('command was: ["SET","tg:live:claim:1","{\\"email\\":\\"ann@example.org\\"}"]'));
  expect(told).toMatchObject({ name: "UpstashError", message: null });
  expect(JSON.stringify(told)).not.toMatch(/SET|example/);
  expect(told.stack).toMatch(/^at /);
  expect(describeError(new Error("Failed query: insert … params: ann@example.org"))).toMatchObject({ message: null });
  expect(describeError(new TypeError("x is not a function"))).toMatchObject({ name: "TypeError", message: "x is not a function" });
  expect(describeError("ann@example.org")).toEqual({ name: "string", message: null, stack: null });
});
