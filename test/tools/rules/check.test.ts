import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const aPack = (name: string, conditions: string, id = "A"): string =>
  `{ "name": "${name}", "rules": [\n  { "id": "${id}", "name": "a", "reason": "a", "severity": "low", "conditions": ${conditions} }\n] }`;

describe("rules check", () => {
  test("without files checks all packs", async () => {
    const { code, said, complained } = await run("check");
    expect({ code, complained }).toEqual({ code: 0, complained: [] });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^rules\/packs\/checkout\.json, rules\/packs\/transfer\.json: \d+ rules, \d+ defines, \d+ features, no faults$/,
    );
  });

  test("names every fault with file, line, column, path and the nearest name, and counts them", async () => {
    const one = aFile("one.json", aPack("one", '{ "amout": 3 }'));
    const two = aFile("two.json", aPack("two", '{ "amount": { "gt": "3" }, "hour": 24 }'));
    const columnIn = (path: string, part: string): number => (readFileSync(path, "utf8").split("\n")[1] ?? "").indexOf(part) + 1;
    const { code, said, complained } = await run("check", one, two);
    expect({ code, said }).toEqual({ code: 1, said: [] });
    expect(complained).toEqual([
      `${one}:2:${columnIn(one, '"amout"')}  rules[0].conditions.amout: unknown feature \`amout\`; did you mean \`amount\`?`,
      `${two}:2:${columnIn(two, '"3"')}  rules[0].conditions.amount.gt: expected an amount in major units such as \`129.90\`, got \`"3"\``,
      `${two}:2:${columnIn(two, "24 }")}  rules[0].conditions.hour: expected an hour from \`0\` to \`23\`, got \`24\``,
      "3 faults",
    ]);
  });

  test("finds what is wrong between files", async () => {
    const files = [aFile("x.json", aPack("same", '{ "hour": 1 }')), aFile("y.json", aPack("same", '{ "hour": 2 }', "B"))];
    const { code, complained } = await run("check", ...files);
    expect(code).toBe(1);
    expect(complained[0]).toContain("y.json:1:11  name: another file already has the name `same`");
  });

  test("reads the features it is told to, whose faults come first", async () => {
    const features = aFile("features.json", '{\n  "shoes": { "op": "field", "path": "attributes.shoes", "type": "count" }\n}');
    const pack = aFile("shoes.json", aPack("shoes", '{ "shoes": { "gt": 2 } }'));
    expect(await run("check", pack, "--features", features)).toMatchObject({ code: 0 });
    const broken = aFile("broken.json", '{\n  "shoes": { "op": "feild" }\n}');
    const { code, complained } = await run("check", pack, "--features", broken);
    expect(code).toBe(1);
    expect(complained[0]).toContain(`${broken}:2:20  shoes.op: unknown operator \`feild\`; did you mean \`field\`?`);
  });

  test("measures amounts by the currency's minor unit", async () => {
    const pack = aFile("cents.json", aPack("cents", '{ "amount": { "gt": 0.5 } }'));
    expect(await run("check", pack, "--currency", "EUR")).toMatchObject({ code: 0 });
    expect(await run("check", pack, "--currency", "JPY")).toMatchObject({ code: 1 });
  });

  test("prints one JSON object for machines, good or bad", async () => {
    const good = aFile("good.json", aPack("good", '{ "amount": 3 }'));
    const bad = aFile("bad.json", '{ "name": "bad", ');
    const passed = await run("check", good, "--json");
    expect(passed.code).toBe(0);
    expect(JSON.parse(passed.said.join(""))).toMatchObject({ ok: true, files: [good], rules: 1, defines: 0 });
    const refused = await run("check", good, bad, "--json");
    expect({ code: refused.code, complained: refused.complained }).toEqual({ code: 1, complained: [] });
    expect(JSON.parse(refused.said.join(""))).toMatchObject({ ok: false, faults: [{ code: "syntax", file: bad, line: 1 }] });
  });
});

describe("npm run rules", () => {
  test("explains itself when asked, and when nothing is asked of it", async () => {
    const asked = await run("check", "--help");
    expect(asked).toMatchObject({ code: 0, complained: [] });
    expect(asked.said.join()).toContain("npm run rules -- publish [FILE…]");
    expect(await run()).toMatchObject({ code: 2, said: asked.said });
  });

  test.each([
    [["chek"], "unknown action `chek`; there are check and publish"],
    [["check", "--jsn"], "Unknown option '--jsn'; `--help` shows the options"],
    [["check", "nowhere.json"], "there is no file nowhere.json"],
    [["check", "rules"], "rules is not a file"],
    [["check", "--features", "nowhere.json"], "there is no file nowhere.json"],
    [["publish", "--url", "nowhere", "--key", "k"], "`nowhere` is not a URL"],
    [["publish", "--dir", "nowhere"], "no key: there is no nowhere/keys.json; give --key, or --dir with the instance's data folder"],
  ])("%j is not run, for a reason in one sentence", async (words, sentence) => {
    expect(await run(...words)).toEqual({ code: 2, said: [], complained: [sentence] });
  });
});
