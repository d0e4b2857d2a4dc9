import { expect, test } from "vitest";
import { readOptions } from "../../../src/tools/replay/options.ts";

test("a file alone is replayed whole, as fast as answers come, into the local instance", () => {
  expect(readOptions(["data/sample.csv.gz"])).toEqual({
    file: "data/sample.csv.gz",
    idPrefix: "sample",
    limit: Number.POSITIVE_INFINITY,
    ratePerSecond: Number.POSITIVE_INFINITY,
    concurrency: 8,
    url: "http://127.0.0.1:8787",
    key: null,
    dataFolder: ".local",
    postLabels: false,
  });
});

test("every option is read", () => {
  const args = [
    "a.csv",
    "--limit",
    "20",
    "--rate",
    "0.5",
    "--concurrency",
    "2",
    "--url",
    "https://x.test/",
    "--key",
    "k",
    "--dir",
    "d",
    "--run",
    "two",
    "--labels",
  ];
  expect(readOptions(args)).toEqual({
    file: "a.csv",
    idPrefix: "two-a",
    limit: 20,
    ratePerSecond: 0.5,
    concurrency: 2,
    url: "https://x.test",
    key: "k",
    dataFolder: "d",
    postLabels: true,
  });
});

test("help is not an error", () => {
  expect(readOptions(["--help"])).toBeNull();
});

test.each([
  [[], "name one file"],
  [["a.csv", "b.csv"], "name one file"],
  [["a.csv", "--limit", "0"], "--limit is a whole number above 0, not `0`"],
  [["a.csv", "--limit", "1.5"], "--limit is a whole number above 0, not `1.5`"],
  [["a.csv", "--rate", "fast"], "--rate is a number above 0, not `fast`"],
  [["a.csv", "--url", "nowhere"], "`nowhere` is not a URL"],
  [["a.csv", "--run", "a b"], "a run's name"],
])("%j is refused with a sentence", (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence);
});
