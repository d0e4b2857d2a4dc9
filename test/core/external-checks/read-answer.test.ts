import { expect, test } from "vitest";
import { CheckSettings } from "../../../src/core/external-checks/check-settings.ts";
import { readAnswer } from "../../../src/core/external-checks/read-answer.ts";

const { answers } = CheckSettings.parse({
  url: "https://vendor.example",
  answers: {
    score: { path: "data.0.score", type: "number" },
    verdict: { path: "verdict", type: "text", optional: true },
    is_bot: { path: "is_bot", type: "boolean" },
  },
});
const read = (json: unknown) => readAnswer(answers, typeof json === "string" ? json : JSON.stringify(json));

test("values are read by path; an optional one may be absent", () => {
  expect(read({ data: [{ score: 0.5 }], verdict: "bad", is_bot: false })).toEqual({
    ok: true,
    value: { score: 0.5, verdict: "bad", is_bot: false },
  });
  expect(read({ data: [{ score: 0 }], verdict: null, is_bot: true })).toEqual({
    ok: true,
    value: { score: 0, verdict: null, is_bot: true },
  });
});

test.each([
  ["a number as text", { data: [{ score: "1" }], is_bot: true }, ["data.0.score"]],
  ["a flag as number", { data: [{ score: 1 }], is_bot: 1 }, ["is_bot"]],
  ["an optional text that is none", { data: [{ score: 1 }], is_bot: true, verdict: 5 }, ["verdict"]],
  ["a text without end", { data: [{ score: 1 }], is_bot: true, verdict: "x".repeat(513) }, ["verdict"]],
  ["NUL", { data: [{ score: 1 }], is_bot: true, verdict: "a\u0000" }, ["verdict"]],
  ["half a pair", { data: [{ score: 1 }], is_bot: true, verdict: "\ud800" }, ["verdict"]],
  ["nothing", {}, ["data.0.score", "is_bot"]],
  ["another document", [], ["data.0.score", "is_bot"]],
  ["null", null, ["data.0.score", "is_bot"]],
  ["no JSON", "<html>", ["data.0.score", "is_bot"]],
  ["a number beyond all", '{"data":[{"score":1e999}],"is_bot":true}', ["data.0.score"]],
])("%s is another shape, told by its paths", (_, json, paths) => {
  expect(read(json)).toEqual({ ok: false, error: paths });
});
