import { expect, test } from "vitest";
import { findCardNumbers } from "../../../src/core/reports/find-card-numbers.ts";

test.each([
  "4111111111111111",
  "card 4111 1111 1111 1111, twice",
  "order 123 5555-5555-5555-4444 failed",
  "378282246310005",
  "12 4111 1111 1111 1111 34",
  4111111111111111,
])("finds a card number in %j", (value) => expect(findCardNumbers({ a: [{ b: value }] })).toEqual([["a", 0, "b"]]));

test("finds one in a key, and says where", () => expect(findCardNumbers({ a: { "4111111111111111": 1 } })).toEqual([["a"]]));

test.each([
  "1763731200000",
  1763731200000,
  "1991743276852498432",
  "353012345678901",
  "1Z999AA10123456784",
  "00340434161094042557",
  "4111 1111 1111 1112",
  "2026-11-21 14:05:30 +49 301 234567",
])("leaves %j alone", (value) => expect(findCardNumbers({ a: value })).toEqual([]));
