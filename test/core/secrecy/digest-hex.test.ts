import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeyDigest } from "../../../src/core/access/api-key.ts";
import { createHmacHex, digestHex, sha256Hex } from "../../../src/core/secrecy/digest-hex.ts";

test("the hashes that are made at once are the platform's", async () => {
  const secret = "a secret of the tests";
  const hmacHex = createHmacHex(secret);
  const digest = createKeyDigest(secret);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
      expect(sha256Hex(text)).toBe(await digestHex("SHA-256", text));
      expect(hmacHex(text)).toBe(await digest(text));
    }),
    { numRuns: 200 },
  );
});
