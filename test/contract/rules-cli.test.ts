import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Json, startService, type TestService } from "../support/service.ts";
import { aRulesFolder, type RulesFolder, someCases } from "../tools/rules/rules-folder.ts";
import { type Ran, runIn, type Surroundings } from "../tools/rules/run.ts";

// The analyst's way from a new rule to its end, on one service; the tests follow one another.
let service: TestService;
let folder: RulesFolder;
let url: string;
const { features } = defaultRuleset();

const runAs = (who: Surroundings & { readonly as?: "analyst" | "readonly" | "api" }, ...words: readonly string[]): Promise<Ran> =>
  runIn({ ...who, env: { TOLLGATE_KEY: service.keys[who.as ?? "analyst"], TOLLGATE_URL: url } }, ...words);
const run = (...words: readonly string[]) => runAs({}, ...words);
const here = (...words: readonly string[]) => run(...words, "--rules", folder.path);
const documentOf = ({ said }: Ran): Json => JSON.parse(said.join(""));

const shop = (mode: string, feature = "amount"): string =>
  `{ "name": "shop", "rules": [\n  { "id": "S1", "name": "Dear", "reason": "dear", "severity": "low", "mode": "${mode}", "score": 90,\n    "conditions": { "${feature}": { "gt": 500 } } }\n] }\n`;

let ids = 0;
async function decide(amount = 600): Promise<Json> {
  const answer = await service.call("/api/v1/analyze", {
    body: { transaction_id: `cli-${ids++}`, type: "PAYMENT", amount, client_id: "c-1" },
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

beforeAll(async () => {
  service = await startService();
  url = (await service.server.listen()).url.href;
  folder = aRulesFolder({ "features.json": features });
});
afterAll(async () => {
  folder.drop();
  await service.close();
});

describe("before anything is published", () => {
  test("there is no history, nothing to pull, and status says so", async () => {
    expect(await run("history")).toEqual({ code: 0, said: ["nothing was published yet"], complained: [] });
    expect(await here("pull")).toMatchObject({ code: 1, complained: ["nothing was published yet: there is nothing to pull"] });
    expect((await run("status")).said[0]).toBe("live      nothing yet");
  });
});

describe("publish", () => {
  test("refuses a typo with its place in the file here, and publishes nothing", async () => {
    const path = folder.write("packs/shop.json", shop("shadow", "amout"));
    const { code, said, complained } = await here("publish", "--yes");
    expect({ code, said }).toEqual({ code: 1, said: [] });
    expect(complained).toEqual([
      "the ruleset was refused whole: 1 fault",
      `${path}:3:21  rules[0].conditions.amout: unknown feature \`amout\`; did you mean \`amount\`?`,
      '  3 |     "conditions": { "amout": { "gt": 500 } } }',
      "    |                     ^^^^^^^",
      "1 fault",
    ]);
    expect(documentOf(await run("history", "--json"))).toMatchObject({ versions: [] });
  });

  test("refuses a set whose cases fail, and says which and why", async () => {
    folder.write("packs/shop.json", shop("live"));
    const cases = folder.write(
      "cases/shop.json",
      someCases("shop", { name: "dear", type: "PAYMENT", facts: { amount: 400 }, fires: ["S1"] }),
    );
    const refused = await here("publish", "--yes");
    expect(refused.code).toBe(1);
    expect(refused.complained.slice(1)).toEqual([expect.stringMatching(/shop\.json:\d+ {2}dear$/), "    `S1` should be fired, is silent"]);
    expect(documentOf(await here("publish", "--yes", "--json"))).toMatchObject({
      ok: false,
      code: "cases_failed",
      cases: [{ file: cases }],
    });
  });

  test("asks first: without a terminal it wants --yes, and a no changes nothing", async () => {
    folder.write("cases/shop.json", someCases("shop", { name: "dear", type: "PAYMENT", facts: { amount: 600 }, fires: ["S1"] }));
    folder.write("packs/shop.json", shop("shadow"));
    expect(await here("publish")).toMatchObject({ code: 2, complained: ["nobody is at the terminal to confirm: add --yes"] });
    const declined = await runAs({ answer: "n" }, "publish", "--rules", folder.path);
    expect(declined).toMatchObject({ code: 1, complained: [`publish 1 file as the first version? [y/N] `, "nothing was changed"] });
    const agreed = await runAs({ answer: "y" }, "publish", "--rules", folder.path, "-m", "in shadow");
    expect(agreed).toMatchObject({ code: 0, said: ["version 1 is live (1 rule)"] });
  });

  test("a shadow rule is recorded and changes nothing; promoted it acts on the next decision, after showing the difference", async () => {
    const before = await decide();
    expect({ outcome: before.outcome, seq: before.versions.seq }).toEqual({ outcome: "allow", seq: 1 });
    folder.write("packs/shop.json", shop("live"));
    const promoted = await here("publish", "--yes", "--message", "promote");
    expect(promoted).toMatchObject({ code: 0, said: ["version 2 is live (1 rule)"] });
    expect(promoted.complained).toEqual(["~ rule shop/S1", '      mode: "shadow" → "live"']);
    const after = await decide();
    expect({ outcome: after.outcome, seq: after.versions.seq }).toEqual({ outcome: "block", seq: 2 });
  });

  test("what is live already is not published again", async () => {
    expect(await here("publish", "--yes")).toEqual({ code: 0, said: ["nothing to publish: version 2 says the same"], complained: [] });
  });

  test("over a version that the files were not made from is a conflict", async () => {
    folder.write("packs/shop.json", shop("live").replace("90", "80"));
    const { code, complained } = await here("publish", "--yes", "--base", "1");
    folder.write("packs/shop.json", shop("off"));
    expect(code).toBe(4);
    expect(complained.at(-1)).toContain("changed it first");
    expect(documentOf(await run("history", "--limit", "1", "--json"))).toMatchObject({ versions: [{ seq: 2 }] });
  });
});

describe("looking back", () => {
  test("history lists who made what live, and diff what it changed", async () => {
    const { said } = await run("history");
    expect(said[0]).toMatch(/^version {2}kind +at +author +message$/);
    expect(said[1]).toMatch(/^ +2 {2}publish .*promote$/);
    expect((await run("diff", "1", "2")).said).toEqual(["~ rule shop/S1", '      mode: "shadow" → "live"', "1 rule differs"]);
    expect((await here("diff")).said).toEqual(["~ rule shop/S1", '      mode: "live" → "off"', "1 rule differs"]);
  });

  test("stats count what the rule did in each version", async () => {
    const stats = async (): Promise<Json> => documentOf(await run("stats", "--rule", "shop/S1", "--json")).rules;
    await expect.poll(stats, { timeout: 30_000, interval: 250 }).toMatchObject([
      { seq: 2, acted: 1, shadowed: 0, blocked: 1, money_stopped: 600 },
      { seq: 1, acted: 0, shadowed: 1, blocked: 0 },
    ]);
    expect((await run("stats")).said.join("\n")).toMatch(/shop\/S1 +live/);
  });

  test("a backtest of the files says what they would have done to those decisions", async () => {
    const ran = await here("backtest");
    expect(ran.code).toBe(0);
    expect(ran.said[0]).toMatch(/^2 decisions from .*, made by version 1, 2$/);
    expect(ran.said.join("\n")).toMatch(/block +allow +1 +600\.00/);
    expect(ran.complained.join("\n")).toMatch(/100 %: 2 of 2/);
  });

  test("simulate decides one event by the files and by what is live, and shows why", async () => {
    const event = JSON.stringify({ type: "PAYMENT", amount: 700, client_id: "c-2" });
    const { code, said } = await runAs({ input: event }, "simulate", "--event", "-", "--rules", folder.path);
    expect(code).toBe(0);
    expect(said[0]).toMatch(/^files {2}allow, score/);
    expect(said[1]).toMatch(/^live {3}block, score 90/);
    expect(said).toContain("shop/S1 silent, live: fired");
    expect(said).toContain("  + amount gt 500: is 700");
    const stored = documentOf(await here("simulate", "--decision", "cli-0", "--json"));
    expect(stored).toMatchObject({ ok: true, recorded: { outcome: "allow" }, draft: { outcome: "allow" } });
  });
});

describe("undoing", () => {
  test("kill turns one rule off, rollback brings it back, each on the next decision", async () => {
    expect(await run("kill", "S1", "-m", "too eager")).toMatchObject({ code: 0, said: ["shop/S1 was live and is off: version 3 is live"] });
    expect((await decide()).outcome).toBe("allow");
    expect(await run("rollback", "2", "-m", "it was right")).toMatchObject({
      code: 0,
      said: ["version 4 is live, with the rules of version 2"],
    });
    expect((await decide()).outcome).toBe("block");
  });

  test("names what does not exist, with the nearest name", async () => {
    expect(await run("kill", "S2")).toMatchObject({ code: 1, complained: ["no live rule is called `S2`; did you mean `S1`?"] });
    expect(await run("rollback", "99")).toMatchObject({ code: 1, complained: ["there is no version `99`"] });
  });

  test("a snooze spares one client until its end", async () => {
    const made = await run("snooze", "shop/S1", "--for", "client:c-1", "--until", "7d", "-m", "moves house", "--json");
    const { id } = documentOf(made);
    expect((await decide()).outcome).toBe("allow");
    expect((await run("snooze")).said.join("\n")).toContain("moves house");
    expect(await run("snooze", "--end", id)).toMatchObject({ code: 0 });
    expect((await decide()).outcome).toBe("block");
  });
});

describe("pull", () => {
  test("does not overwrite what was never published, unless forced; then the files are the live set", async () => {
    const path = join(folder.path, "packs/shop.json");
    const mine = shop("off").replace("90", "91");
    writeFileSync(path, mine);
    expect(await here("pull")).toEqual({
      code: 1,
      said: [],
      complained: ["1 file holds changes that were never published: publish them, or lose them with --force", `  ${path}`],
    });
    expect(readFileSync(path, "utf8")).toBe(mine);
    expect((await here("pull", "--force")).said[0]).toBe(`wrote ${path}`);
    expect((await here("diff")).said).toEqual(["nothing differs"]);
    expect((await here("pull")).said).toEqual([expect.stringMatching(/^the files already say what version \d+ says$/)]);
  });

  test("a version by its number overwrites files that say what some version said, and makes those that are gone", async () => {
    rmSync(join(folder.path, "features.json"));
    expect(await here("pull", "1")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder.path, "packs/shop.json"), "utf8")).toBe(shop("shadow"));
    expect(readFileSync(join(folder.path, "features.json"), "utf8")).toBe(features);
  });
});

describe("a second pair of eyes", () => {
  test("publish waits, its author cannot approve it, and another may turn it down", async () => {
    const strict = shop("live").replace('"rules"', '"policy": { "requireApproval": true },\n  "rules"');
    folder.write("packs/shop.json", strict);
    expect(await here("publish", "--yes")).toMatchObject({ code: 0 });
    folder.write("packs/shop.json", strict.replace("500", "550"));
    const parked = documentOf(await here("publish", "--yes", "--json"));
    expect(parked).toMatchObject({ ok: true, published: false, approval: expect.any(String) });
    expect((await run("approvals")).said.join("\n")).toContain(parked.approval);
    expect((await run("status")).said.join("\n")).toContain(`waiting   1 set: ${parked.approval}`);
    const own = await run("approve", parked.approval);
    expect(own).toMatchObject({ code: 1, complained: ["who asked for the approval cannot give it: it takes another person"] });
    const other = await runIn({ env: { TOLLGATE_KEY: service.keys.admin, TOLLGATE_URL: url } }, "approve", parked.approval);
    expect(other).toMatchObject({ code: 0, said: [expect.stringMatching(/^version \d+ is live \(1 rule\)$/)] });
    expect((await run("reject", parked.approval)).complained.join()).toContain("was approved by");
  });
});

describe("keys and services", () => {
  test("a readonly key may look and not publish; a program's may do neither", async () => {
    folder.write("packs/shop.json", shop("shadow"));
    expect((await runAs({ as: "readonly" }, "status")).said).toContain("waiting   nothing");
    expect(await runAs({ as: "readonly" }, "publish", "--yes", "--rules", folder.path)).toMatchObject({ code: 1 });
    expect(await runAs({ as: "api" }, "history", "--json")).toMatchObject({ code: 1, complained: [] });
  });

  test("a wrong key is told the way out, and so is an address where nothing answers", async () => {
    const wrong = await runIn({ env: { TOLLGATE_KEY: "tg_live_0000", TOLLGATE_URL: url } }, "history");
    expect(wrong).toMatchObject({ code: 1, complained: [expect.stringContaining("set TOLLGATE_KEY, or give --key-file")] });
    const gone = await runIn({ env: { TOLLGATE_KEY: "k" } }, "history", "--url", "http://127.0.0.1:1");
    expect(gone).toMatchObject({
      code: 3,
      complained: ["nothing answers at http://127.0.0.1:1; start it with `npm start`, or give --url"],
    });
  });
});
