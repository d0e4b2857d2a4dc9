import { expect, test } from "vitest";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { createDraw } from "../address/spellings.ts";
import { naiveVerdict } from "./naive-lists.ts";
import { NOW_MS, someLists } from "./random-lists.ts";

const CASES = 1_000_000;
const PER_LIST = 1_000;
const SEED = 20_261_121;

test("a million look-ups: compiled lists with entries that changed say what an oracle on ipaddr.js says, by any spelling and at any time", {
  timeout: 180_000,
}, () => {
  const wrong: string[] = [];
  const seen = { none: 0, challenge: 0, block: 0, allow: 0, signals: 0 };
  for (let list = 0; list < CASES / PER_LIST && wrong.length < 5; list++) {
    const draw = createDraw(SEED + list);
    const { lists, entries, someAddress } = someLists(draw);
    for (let n = 0; n < PER_LIST; n++) {
      const { spelling, oracle } = someAddress();
      // Expiry of what is in the list lies on both sides of these.
      const nowMs = NOW_MS + draw(6) * 500 - 1_000;
      const address = parseAddress(spelling);
      const expected = naiveVerdict(entries, oracle, nowMs);
      const found = address === null ? null : lists.find(address, nowMs);
      seen[expected.kind]++;
      if (expected.signals.length > 0) seen.signals++;
      const isSame =
        found !== null &&
        found.kind === expected.kind &&
        found.signals.join() === expected.signals.join() &&
        (found.kind === "none" || (found.expiresAtMs === expected.expiresAtMs && expected.entries.includes(found.entry)));
      if (!isSame) wrong.push(`seed ${SEED + list}, ${spelling} at ${nowMs}: ${JSON.stringify({ found, expected })}`);
    }
  }
  expect(wrong).toEqual([]);
  // The cases are worth something: every verdict is common.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(CASES / 50);
});
