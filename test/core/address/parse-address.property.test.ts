import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { createDraw, someGroups, someOctets, spellV4, spellV6 } from "./spellings.ts";

const CASES = 1_000_000;
const SEED = 20_261_121;
/** The dearer comparison is made for one case in so many. */
const STRIDE = 10;
const LIMIT_MS = 120_000;

test("a million spellings: each means its address, and ipaddr.js writes it alike", { timeout: LIMIT_MS }, () => {
  const draw = createDraw(SEED);
  const wrong: string[] = [];
  for (let n = 0; n < CASES / 2; n++) {
    const octets = someOctets(draw);
    const spelling = spellV4(octets, draw);
    const address = parseAddress(spelling);
    if (address?.family !== 4 || address.text !== octets.join(".")) wrong.push(spelling);
    if (n % STRIDE === 0 && isIP(spelling) === 0) throw new Error(`the test wrote \`${spelling}\`, which is no address`);
  }
  for (let n = 0; n < CASES / 2; n++) {
    const groups = someGroups(draw);
    // What these carry is IPv4, and was looked at above.
    if (groups[5] === 0xffff || groups[1] === 0xff9b) continue;
    const spelling = spellV6(groups, draw);
    const address = parseAddress(spelling);
    const words = address === null ? [] : [address.w0, address.w1, address.w2, address.w3];
    const isSame = groups.every((group, at) => ((words[at >> 1] ?? 0) >>> (at % 2 === 0 ? 16 : 0)) % 65_536 === group);
    if (address?.family !== 6 || !isSame) wrong.push(spelling);
    else if (n % STRIDE === 0) {
      if (isIP(spelling) !== 6) throw new Error(`the test wrote \`${spelling}\`, which is no address`);
      const oracle = new ipaddr.IPv6(groups);
      if (address.text !== oracle.toRFC5952String() || parseAddress(address.text)?.text !== address.text) wrong.push(spelling);
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

test("a million damaged spellings: what Node refuses is refused, what it takes is taken", { timeout: LIMIT_MS }, () => {
  const draw = createDraw(SEED + 1);
  const alphabet = "0123456789abcdefABCDEF:.::..0g -";
  const wrong: string[] = [];
  let accepted = 0;
  for (let n = 0; n < CASES; n++) {
    let text = n % 2 === 0 ? spellV4(someOctets(draw), draw) : spellV6(someGroups(draw), draw);
    text = text.split("%")[0] ?? "";
    for (let edits = 1 + draw(2); edits > 0; edits--) {
      const at = draw(text.length + 1);
      text = text.slice(0, at) + (alphabet[draw(alphabet.length)] ?? "").repeat(draw(3)) + text.slice(at + draw(2));
    }
    const isTaken = parseAddress(text) !== null;
    if (isTaken) accepted++;
    if (isTaken !== (isIP(text) !== 0)) wrong.push(text);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(accepted).toBeGreaterThan(CASES / 20);
  expect(accepted).toBeLessThan((CASES * 19) / 20);
});
