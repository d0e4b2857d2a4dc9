import { expect, test } from "vitest";
import { isGuessable } from "../../../src/adapters/auth/password-strength.ts";
import { containsName } from "../../../src/core/access/user.ts";

test.each([
  "passwordpassword",
  "123456789012345",
  "qwertyuiopasdfgh",
  "aaaaaaaaaaaaaaa",
  "Password123456!",
  "p4ssw0rdp4ssw0rd",
  "1q2w3e4r5t6y7u8i",
  "abcdefghijklmnop",
  "tollgatetollgate1",
])("%s is guessable", async (password) => {
  expect(await isGuessable(password, ["ann", "tollgate"])).toBe(true);
});

test.each(["a long enough pass phrase", "correct horse battery staple", "kx8#mQ2v!pL9zR4t", "ein sehr langes kennwort"])(
  "%s is not",
  async (password) => {
    expect(await isGuessable(password, ["ann", "tollgate"])).toBe(false);
  },
);

test.each([
  ["i am PERCIVAL of wales", "percival"],
  ["i am lavicrep of wales", "percival"],
  ["i am p3rc1v4l of wales", "percival"],
  ["i am 1av1cr3p of wales", "percival"],
  ["the p-e-r-c-i-v-a-l of wales", "percival"],
  ["annarcher rides at noon", "ann.archer@example.com"],
  ["rehcra.nna rides at noon", "ann.archer@example.com"],
  ["Ｐｅｒｃｉｖａｌ of wales", "percival"],
  ["who is bo really", "bo"],
])("`%s` contains the name %s", (password, username) => {
  expect(containsName(password, username)).toBe(true);
});

test("a name that only shares letters is not contained", () => {
  expect(containsName("a long enough pass phrase", "percival")).toBe(false);
  expect(containsName("a b o long enough", "bo")).toBe(false);
});
