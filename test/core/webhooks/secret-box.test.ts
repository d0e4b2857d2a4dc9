import { expect, test } from "vitest";
import { createMasterKeys } from "../../../src/core/audit/master-keys.ts";
import { createSecretBox } from "../../../src/core/webhooks/secret-box.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const OLD = ["2026", "o".repeat(32)] as const;
const NEW = ["2027", "n".repeat(32)] as const;
const boxOf = (...keys: readonly (readonly [string, string])[]) => createSecretBox(createMasterKeys(keys, "webhooks"), randomBytes);

test("a secret opens for its endpoint, also after the master key was rotated", async () => {
  const sealed = await boxOf(OLD).seal("whsec_ж", "we_1");
  expect(sealed).not.toContain("whsec");
  expect(await boxOf(NEW, OLD).open(sealed, "we_1")).toEqual({ ok: true, value: "whsec_ж" });
});

test("it opens for no other endpoint, without its master key, under a key of another purpose, or changed", async () => {
  const sealed = await boxOf(OLD).seal("whsec_1", "we_1");
  const unreadable = { ok: false, error: "unreadable" };
  expect(await boxOf(OLD).open(sealed, "we_2")).toEqual(unreadable);
  expect(await boxOf(NEW).open(sealed, "we_1")).toEqual(unreadable);
  expect(await createSecretBox(createMasterKeys([OLD], "audit"), randomBytes).open(sealed, "we_1")).toEqual(unreadable);
  for (const broken of ["", "2026", "2026:", "2026:!!", `${sealed.slice(0, -6)}AAAAA=`])
    expect(await boxOf(OLD).open(broken, "we_1")).toEqual(unreadable);
});
