import { expect, test } from "vitest";
import { PERMISSIONS } from "../../../src/core/access/permission.ts";
import { readRoleVerbs } from "../../../src/core/access/role-verbs.ts";

const permissionsOf = (changes: unknown) => {
  const read = readRoleVerbs(JSON.stringify(changes));
  if ("faults" in read) throw new Error(read.faults.join("; "));
  return read.permissions;
};
const faultsOf = (text: string): readonly string[] => {
  const read = readRoleVerbs(text);
  return "faults" in read ? read.faults : [];
};

test("without changes the table stands", () => {
  expect(permissionsOf({})).toEqual(PERMISSIONS);
});

test("a role gets and loses the verbs that are named, and nothing else changes", () => {
  const changed = permissionsOf({ analyst: ["-rules.publish", "-rules.approve"], reviewer: ["+lists.edit"] });
  expect(changed.analyst.has("rules.publish")).toBe(false);
  expect(changed.analyst.has("rules.edit")).toBe(true);
  expect(changed.reviewer.has("lists.edit")).toBe(true);
  expect(changed.admin).toEqual(PERMISSIONS.admin);
  expect(PERMISSIONS.reviewer.has("lists.edit")).toBe(false);
});

test.each([
  ["{", "must be JSON such as"],
  ["[]", "must be JSON such as"],
  ['{"analyst": "rules.publish"}', "must be JSON such as"],
  ['{"boss": ["+rules.publish"]}', "unknown role `boss`"],
  ['{"__proto__": ["+rules.publish"], "constructor": []}', "unknown role `constructor`"],
  ['{"analyst": ["rules.publish"]}', "must begin with + or -"],
  ['{"analyst": ["-rules.publsh"]}', "did you mean `rules.publish`?"],
  ['{"analyst": ["-constructor"]}', "unknown verb `constructor`"],
  ['{"analyst": ["-rules.publish", "+rules.publish"]}', "named twice"],
  ['{"admin": ["-users.manage"]}', "`admin` keeps `users.manage`"],
  ['{"readonly": ["+rules.edit"]}', "`readonly` only reads"],
  ['{"api_user": ["+self.manage"]}', "cannot be given `self.manage`"],
])("%s is refused with a sentence", (text, sentence) => {
  expect(faultsOf(text).join("; ")).toContain(sentence);
});

test("every fault is named at once", () => {
  expect(faultsOf('{"boss": [], "analyst": ["x", "-y"]}')).toHaveLength(3);
});
