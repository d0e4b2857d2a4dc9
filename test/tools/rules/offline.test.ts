import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { aPack, aRulesFolder, type RulesFolder, someCases } from "./rules-folder.ts";
import { run, runIn } from "./run.ts";

let folder: RulesFolder = aRulesFolder();
afterEach(() => {
  folder.drop();
  folder = aRulesFolder();
});
const here = (...words: readonly string[]) => run(...words, "--rules", folder.path);

describe("rules check", () => {
  test("without files checks all packs", async () => {
    const { code, said, complained } = await run("check");
    expect({ code, complained }).toEqual({ code: 0, complained: [] });
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(/^rules\/triggers\.json: \d+ triggers, no faults$/);
    expect(said[0]).toMatch(
      /^rules\/packs\/checkout\.json, rules\/packs\/transfer\.json: \d+ rules, \d+ defines, \d+ features, no faults$/,
    );
  });

  test("checks the triggers of the folder against its features", async () => {
    folder.write("packs/one.json", aPack("one", '{ "amount": 3 }'));
    const trigger = { id: "t", name: "T", report: "ip_fraud", severity: "low", about: ["ip"], conditions: { amout: 3 } };
    const path = folder.write("triggers.json", JSON.stringify({ decisions: [trigger], events: [] }, null, 1));
    const { code, complained } = await here("check");
    expect(code).toBe(1);
    expect(complained[0]).toContain(`${path}:`);
    expect(complained[0]).toContain("decisions[0].conditions.amout: unknown feature `amout`; did you mean `amount`?");
    folder.write("triggers.json", JSON.stringify({ decisions: [{ ...trigger, conditions: { amount: 3 } }], events: [] }));
    expect(await here("check")).toMatchObject({ code: 0, said: { length: 2 } });
  });

  test("names every fault with file, line, column, path and the nearest name, shows its place, and counts them", async () => {
    const one = folder.write("packs/one.json", aPack("one", '{ "amout": 3 }'));
    const two = folder.write("packs/two.json", aPack("two", '{ "amount": { "gt": "3" }, "hour": 24 }'));
    const lineOf = (path: string): string => readFileSync(path, "utf8").split("\n")[1] ?? "";
    const columnIn = (path: string, part: string): number => lineOf(path).indexOf(part) + 1;
    const mark = (path: string, part: string): string[] => [
      `  2 | ${lineOf(path)}`,
      `    | ${" ".repeat(lineOf(path).indexOf(part))}${"^".repeat(part.length)}`,
    ];
    expect(await here("check")).toEqual({
      code: 1,
      said: [],
      complained: [
        `${one}:2:${columnIn(one, '"amout"')}  rules[0].conditions.amout: unknown feature \`amout\`; did you mean \`amount\`?`,
        ...mark(one, '"amout"'),
        `${two}:2:${columnIn(two, '"3"')}  rules[0].conditions.amount.gt: expected an amount in major units such as \`129.90\`, got \`"3"\``,
        ...mark(two, '"3"'),
        `${two}:2:${columnIn(two, "24")}  rules[0].conditions.hour: expected an hour from \`0\` to \`23\`, got \`24\``,
        ...mark(two, "24"),
        "3 faults",
      ],
    });
  });

  test("finds what is wrong between files", async () => {
    folder.write("packs/x.json", aPack("same", '{ "hour": 1 }'));
    folder.write("packs/y.json", aPack("same", '{ "hour": 2 }'));
    const { code, complained } = await here("check");
    expect(code).toBe(1);
    expect(complained[0]).toContain("y.json:1:11  name: another file already has the name `same`");
  });

  test("reads the features it is told to, whose faults come first and name their file", async () => {
    const features = folder.write("more.json", '{\n  "shoes": { "op": "field", "path": "attributes.shoes", "type": "count" }\n}');
    const pack = folder.write("packs/shoes.json", aPack("shoes", '{ "shoes": { "gt": 2 } }'));
    expect(await here("check", pack, "--features", features)).toMatchObject({ code: 0 });
    const broken = folder.write("broken.json", '{\n  "shoes": { "op": "feild" }\n}');
    const { code, complained } = await here("check", pack, "--features", broken);
    expect(code).toBe(1);
    expect(complained[0]).toBe(`${broken}:2:20  shoes.op: unknown operator \`feild\`; did you mean \`field\`?`);
  });

  test("measures amounts by the currency's minor unit, of the option or of the environment", async () => {
    folder.write("packs/cents.json", aPack("cents", '{ "amount": { "gt": 0.5 } }'));
    expect(await here("check", "--currency", "EUR")).toMatchObject({ code: 0 });
    expect(await runIn({ env: { CURRENCY: "JPY" } }, "check", "--rules", folder.path)).toMatchObject({ code: 1 });
    expect(await here("check", "--currency", "euros")).toMatchObject({
      code: 2,
      complained: ["`euros` is not a currency: three letters such as EUR"],
    });
  });

  test("prints one JSON document for machines, good or bad", async () => {
    const good = folder.write("packs/good.json", aPack("good", '{ "amount": 3 }'));
    const passed = await here("check", "--json");
    expect(passed.code).toBe(0);
    expect(JSON.parse(passed.said.join(""))).toMatchObject({ ok: true, files: [good], rules: 1, defines: 0, faults: [] });
    const bad = folder.write("packs/bad.json", '{ "name": "bad", ');
    const refused = await here("check", "--json");
    expect({ code: refused.code, complained: refused.complained }).toEqual({ code: 1, complained: [] });
    expect(JSON.parse(refused.said.join(""))).toMatchObject({ ok: false, faults: [{ code: "syntax", file: bad, line: 1 }] });
  });

  test("refuses two files that the service could not tell apart", async () => {
    const [one, two] = [folder.write("a/p.json", aPack("a", '{ "hour": 1 }')), folder.write("b/p.json", aPack("b", '{ "hour": 2 }'))];
    expect((await here("check", one, two)).complained).toEqual([
      `${one} and ${two} have the same file name: the service tells files apart by it`,
    ]);
    expect((await here("check", one, one)).complained).toEqual([`${one} is named twice`]);
  });
});

describe("rules test", () => {
  const PACK = aPack("p", '{ "amount": { "gt": 100 } }', ', "score": 90');
  const aCase = (name: string, amount: number, more: object) => ({ name, type: "PAYMENT", facts: { amount }, ...more });

  test("runs the cases of this repository, which pass", async () => {
    expect(await run("test")).toMatchObject({ code: 0, said: [expect.stringMatching(/^\d+ cases: \d+ passed, 0 failed$/)] });
  });

  test("says of each case that fails where it is and what was otherwise", async () => {
    folder.write("packs/p.json", PACK);
    const cases = folder.write(
      "cases/p.json",
      someCases("p", aCase("dear", 101, { fires: ["A"], outcome: "block" }), aCase("cheap", 99, { fires: ["A"], outcome: "block" })),
    );
    const line =
      readFileSync(cases, "utf8")
        .split("\n")
        .findIndex((text) => text.includes('"cheap"')) + 1;
    expect(await here("test")).toEqual({
      code: 1,
      said: [],
      complained: [
        `${cases}:${line}  cheap`,
        "    `A` should be fired, is silent",
        "    the outcome should be block, is allow",
        "2 cases: 1 passed, 1 failed",
      ],
    });
  });

  test("shows what is wrong with a case itself at its place", async () => {
    folder.write("packs/p.json", PACK);
    const cases = folder.write("cases/p.json", someCases("p", { name: "typo", type: "PAYMENT", facts: { amout: 1 }, fires: ["A"] }));
    const { code, complained } = await here("test");
    expect(code).toBe(1);
    expect(complained[0]).toMatch(new RegExp(`^${cases}:\\d+  typo$`));
    expect(complained[1]).toContain("unknown feature `amout`; did you mean `amount`?");
  });

  test("names the live rules without a case, which is no failure", async () => {
    folder.write("packs/p.json", PACK);
    expect(await here("test")).toEqual({
      code: 0,
      said: ["0 cases: 0 passed, 0 failed"],
      complained: ["1 live rule has no case that lets it fire: p/A"],
    });
  });

  test("with files runs only the cases that are about them", async () => {
    const pack = folder.write("packs/p.json", PACK);
    folder.write("packs/q.json", aPack("q", '{ "hour": 1 }'));
    folder.write("cases/p.json", someCases("p", aCase("dear", 101, { fires: ["A"] })));
    folder.write("cases/q.json", someCases("q", { name: "one", type: "PAYMENT", facts: { hour: 2 }, fires: ["A"] }));
    expect(await here("test", pack)).toMatchObject({ code: 0, said: ["1 case: 1 passed, 0 failed"] });
    expect(await here("test")).toMatchObject({ code: 1 });
  });

  test("tests nothing while the files have faults", async () => {
    folder.write("packs/p.json", aPack("p", '{ "amout": 1 }'));
    expect((await here("test")).complained.at(-1)).toBe("1 fault");
  });
});

describe("rules diff between two folders", () => {
  test("says rule by rule what the second says differently, without a service", async () => {
    folder.write("packs/p.json", aPack("p", '{ "hour": 1 }'));
    const other = aRulesFolder({ "packs/p.json": aPack("p", '{ "hour": 2 }') });
    try {
      expect(await run("diff", folder.path, other.path)).toEqual({
        code: 0,
        said: ["~ rule p/A", '      conditions: {"hour":1} → {"hour":2}', "1 rule differs"],
        complained: [],
      });
      const { said } = await run("diff", folder.path, folder.path, "--json");
      expect(JSON.parse(said.join(""))).toMatchObject({ ok: true, difference: { same: true } });
    } finally {
      other.drop();
    }
  });

  test("takes neither a word that is nothing nor a version 0", async () => {
    expect((await run("diff", join(folder.path, "gone"), folder.path)).complained[0]).toContain("is neither a version nor a folder");
    expect((await run("diff", "0", folder.path)).complained[0]).toContain("`0` is not the number of a version");
  });
});

describe("npm run rules", () => {
  test("explains itself when asked, and when nothing is asked of it", async () => {
    const asked = await run("--help");
    expect(asked).toMatchObject({ code: 0, complained: [] });
    for (const name of ["check", "test", "diff", "publish", "rollback", "history", "pull", "stats", "kill"])
      expect(asked.said.join()).toMatch(new RegExp(`^  ${name} +\\w`, "m"));
    expect(await run()).toMatchObject({ code: 2, said: asked.said });
    const one = await run("check", "nowhere.json", "--help");
    expect(one).toMatchObject({ code: 0, complained: [] });
    expect(one.said.join()).toContain("usage: npm run rules -- check [FILE…] [options]");
    expect((await run("help", "check")).said).toEqual(one.said);
  });

  test.each([
    [["chek"], "unknown command `chek`; did you mean `check`?"],
    [["check", "--jsn"], "unknown option `--jsn`; did you mean `--json`?"],
    [["check", "nowhere.json"], "there is no file nowhere.json"],
    [["check", "rules"], "rules is not a file"],
    [["check", "--features", "nowhere.json"], "there is no file nowhere.json"],
    [["check", "--rules", "nowhere"], "name at least one file: nowhere/packs holds none"],
    [["rollback"], "which version? npm run rules -- rollback SEQ"],
    [["rollback", "seven"], "`seven` is not the number of a version; `history` lists them"],
    [["history", "all"], "`all` is one word too many: npm run rules -- history [options]"],
    [["history", "--limit", "many"], "--limit is a whole number above 0, not `many`"],
    [["kill"], "which rule? npm run rules -- kill transfer/R1"],
    [["history", "--url", "nowhere"], "`nowhere` is not a URL such as https://fraud.example.org"],
    [["history", "--url", "https://fraud.example.org"], "no key for fraud.example.org: set TOLLGATE_KEY, or give --key-file"],
    [
      ["history", "--dir", "nowhere"],
      "no key: there is no nowhere/keys.json; set TOLLGATE_KEY, give --key-file, or --dir with the data folder",
    ],
  ])("%j is not run, for a reason in one sentence", async (words, sentence) => {
    expect(await run(...words)).toEqual({ code: 2, said: [], complained: [sentence] });
    const { said } = await run(...words, "--json");
    expect(JSON.parse(said.join(""))).toEqual({ ok: false, code: "usage", detail: sentence });
  });
});
