import { afterAll, expect, test } from "vitest";
import { aRulesFolder } from "./rules-folder.ts";
import { run } from "./run.ts";

const pack = (amount: number): string =>
  `{ "name": "shop", "on": ["TRANSFER"], "rules": [ { "id": "S1", "name": "Dear", "reason": "dear", "severity": "low", "score": 90, "conditions": { "amount": { "gt": ${amount} } } } ] }`;
const draft = aRulesFolder({ "packs/shop.json": pack(500) });
const old = aRulesFolder({ "packs/shop.json": pack(5_000) });
afterAll(() => {
  draft.drop();
  old.drop();
});

const HEADS = "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud,isFlaggedFraud";
const CSV = `${HEADS}
1,TRANSFER,900.00,C1,900.00,0.00,C2,0.00,0.00,1,0
1,TRANSFER,100.00,C3,500.00,400.00,C4,0.00,100.00,0,0
2,TRANSFER,800.00,C5,9000.00,8200.00,C6,0.00,800.00,0,0
`;

test("a file is replayed offline and compared with another folder's rules, by its own labels", async () => {
  const file = draft.write("events.csv", CSV);
  const ran = await run("backtest", "--csv", file, "--rules", draft.path, "--against", old.path, "--json");
  expect({ code: ran.code, noise: ran.complained.filter((line) => !line.includes("%")) }).toEqual({ code: 0, noise: [] });
  const { result } = JSON.parse(ran.said.join(""));
  expect(result).toMatchObject({ decisions: 3, labels: { fraud: 1, legitimate: 2 } });
  const shop = result.rules.find(({ id }: { id: string }) => id === "shop/S1");
  expect(shop).toMatchObject({ hits: { before: 0, after: 2 }, gained: { count: 2, by_label: { fraud: 1, legitimate: 1 } } });
  const shown = (await run("backtest", "--csv", file, "--rules", draft.path, "--against", old.path)).said.join("\n");
  expect(shown).toContain("3 decisions from ");
  expect(shown).toMatch(/shop\/S1 +live +0 +2 +2 +0 +0 +50\.0 %/);
});

test("what cannot be run is told in a sentence", async () => {
  const other = draft.write("other.csv", "a,b\n1,2\n");
  const ran = await run("backtest", "--csv", other, "--rules", draft.path);
  expect(ran).toMatchObject({ code: 1, complained: [expect.stringContaining("is not a PaySim file: no column")] });
  expect(await run("backtest", "--csv", "gone.csv", "--rules", draft.path)).toMatchObject({
    code: 2,
    complained: ["there is no file gone.csv"],
  });
  expect((await run("backtest", "--csv", other, "--from", "7d")).complained[0]).toContain("--csv runs a whole file");
  expect((await run("backtest", "--from", "soon")).complained[0]).toContain("--from is a day (2026-11-01)");
});
