import { expect, test } from "vitest";
import { sealFreeText } from "../../../src/core/privacy/seal-free-text.ts";

test("what staff wrote about a person's record is sealed with what is personal; what they decided is told", () => {
  const states = { before: { status: "pending", notes: "" }, after: { status: "confirmed", notes: "rang Ms Doe" } };
  expect(sealFreeText("report", states, { blocked: ["d1"] })).toEqual({
    details: { before: { status: "pending", notes: "" }, after: { status: "confirmed" } },
    personal: { blocked: ["d1"], written: { after: { notes: "rang Ms Doe" } } },
  });
});

test("an action without words of its own needs no box, and a rule's reason stays readable", () => {
  const states = { before: null, after: { reason: "amount_jump" } };
  expect(sealFreeText("list_entry", { before: null, after: { verdict: "block" } }, null)).toEqual({
    details: { before: null, after: { verdict: "block" } },
    personal: null,
  });
  expect(sealFreeText("rule", states, null)).toEqual({ details: states, personal: null });
});
