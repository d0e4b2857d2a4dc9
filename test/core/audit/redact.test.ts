import fc from "fast-check";
import { expect, test } from "vitest";
import { formatApiKey } from "../../../src/core/access/api-key.ts";
import { withoutSecrets } from "../../../src/core/audit/redact.ts";

test("secrets are taken out by name, at any depth, and nothing else is", () => {
  expect(
    withoutSecrets({
      name: "shop",
      password: "hunter2",
      newPassword: "hunter3",
      api_key: "k",
      refreshToken: "t",
      client_secret: "s",
      nested: [{ authorization: "Bearer x", version: 2, isTokenized: true }],
      key_id: "key_1",
      monkey: "see",
    }),
  ).toEqual({
    name: "shop",
    password: "[removed]",
    newPassword: "[removed]",
    api_key: "[removed]",
    refreshToken: "[removed]",
    client_secret: "[removed]",
    nested: [{ authorization: "[removed]", version: 2, isTokenized: true }],
    key_id: "key_1",
    monkey: "see",
  });
});

test("a key or token inside other text is taken out wherever it stands", () => {
  const places = fc.tuple(
    fc.string(),
    fc.constantFrom("live", "test"),
    fc.uint8Array({ minLength: 200, maxLength: 200, max: 247 }),
    fc.string(),
  );
  fc.assert(
    fc.property(places, ([before, world, bytes, after]) => {
      const key = formatApiKey(world as "live" | "test", bytes);
      const text = JSON.stringify(withoutSecrets({ message: [`${before} ${key} ${after}`] }));
      expect(text).not.toContain(key);
    }),
  );
  const token = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
  expect(withoutSecrets({ note: `sent ${token} twice` })).toEqual({ note: "sent [removed] twice" });
});
