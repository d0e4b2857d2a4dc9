import { expect, test } from "vitest";
import { Refusal } from "../../../src/tools/local/refusal.ts";
import { parseStartOptions } from "../../../src/tools/local/start-options.ts";

test("without options it is port 8787 and the folder .local, data kept", () => {
  expect(parseStartOptions([], "/repo")).toEqual({ port: 8787, fresh: false, folder: "/repo/.local", watch: false });
});

test("a relative folder is relative to where it was called", () => {
  expect(parseStartOptions(["--dir", "other", "--port=9000", "--fresh"], "/repo")).toEqual({
    port: 9000,
    fresh: true,
    folder: "/repo/other",
    watch: false,
  });
});

test.each([
  [["--port", "abc"]],
  [["--port", "0"]],
  [["--port", "65536"]],
  [["--port", "80.5"]],
  [["--dir", ""]],
  [["--nope"]],
  [["stray"]],
  [["--port"]],
])("%j is refused with the way out", (args) => {
  expect(() => parseStartOptions(args, "/repo")).toThrow(Refusal);
  expect(() => parseStartOptions(args, "/repo")).toThrow("npm start --");
});
