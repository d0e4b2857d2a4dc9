import { expect, test } from "vitest";
import { flagLines, parseFlags, wholeNumber } from "../../../src/tools/rules/flags.ts";

const FLAGS = {
  message: { short: "m", value: "TEXT", about: "why" },
  yes: { short: "y", about: "do not ask" },
  scope: { value: "VERB", several: true, about: "may do" },
} as const;

test("options and words come in any order, short, long or with an equals sign", () => {
  const parsed = parseFlags(["a.json", "-m", "why not", "--yes", "b.json", "--scope=x", "--scope", "y"], FLAGS);
  expect(parsed).toEqual({ flags: { message: "why not", yes: true, scope: ["x", "y"] }, words: ["a.json", "b.json"] });
  expect(parseFlags([], FLAGS)).toEqual({ flags: { message: undefined, yes: false, scope: [] }, words: [] });
  expect(parseFlags(["--message=-5 points", "--", "--yes"], FLAGS)).toEqual({
    flags: { message: "-5 points", yes: false, scope: [] },
    words: ["--yes"],
  });
});

test.each([
  [["--mesage", "x"], "unknown option `--mesage`; did you mean `--message`?"],
  [["--constructor"], "unknown option `--constructor`; `--help` shows the options"],
  [["-q"], "unknown option `-q`; `--help` shows the options"],
  [["--message"], "`--message` needs a value: --message TEXT"],
  [["-m", "--yes"], "`-m` needs a value: -m TEXT"],
  [["--yes=no"], "`--yes` takes no value"],
  [["-m", "a", "-m", "b"], "`-m` is given twice"],
])("%j is wrong use, said in one sentence", (words, sentence) => {
  expect(() => parseFlags(words, FLAGS)).toThrow(expect.objectContaining({ message: sentence, exitCode: 2 }));
});

test("a dash alone is a value: standard input", () => {
  expect(parseFlags(["-m", "-"], FLAGS).flags.message).toBe("-");
});

test("the help puts what options do below one another", () => {
  expect(flagLines(FLAGS)).toEqual(["  -m, --message TEXT  why", "  -y, --yes           do not ask", "  --scope VERB        may do"]);
});

test.each(["0", "-1", "1.5", "many", "1e3", "99999999999999999999"])("`%s` is no whole number above 0", (text) => {
  expect(() => wholeNumber("--limit", text)).toThrow(`--limit is a whole number above 0, not \`${text}\``);
});
