import { describe, expect, test } from "vitest";
import { readContext, signContext } from "../../../src/core/gate/context.ts";
import { readCookie } from "../../../src/core/gate/cookie.ts";
import { DEVICE_COOKIE, readDevice, writeDevice } from "../../../src/core/gate/device.ts";
import { isPassed, PASS_COOKIE, writePass } from "../../../src/core/gate/pass.ts";
import { createTextSigner } from "../../../src/core/gate/signed-text.ts";

const NOW_MS = Date.UTC(2026, 10, 21);
const DAY_MS = 86_400_000;
const signer = createTextSigner("0123456789abcdef0123456789abcdef");
const other = createTextSigner("fedcba9876543210fedcba9876543210");
const valueOf = (setCookie: string, name: string): string => readCookie(setCookie.split(";")[0] ?? "", name) ?? "";

describe("a signed text", () => {
  test("is read by who has the secret, for its purpose", async () => {
    const signed = await signer.sign("device", "Größe ✓");
    expect(await signer.read("device", signed)).toBe("Größe ✓");
    expect(await signer.read("pass", signed)).toBeNull();
    expect(await other.read("device", signed)).toBeNull();
  });
  test("is nothing once any character is another", async () => {
    const signed = await signer.sign("context", "a text");
    for (let at = 0; at < signed.length; at++) {
      const changed = signed.slice(0, at) + (signed[at] === "A" ? "B" : "A") + signed.slice(at + 1);
      // The last character of base64url may hold bits that count for nothing.
      if (at === signed.length - 1 || signed[at + 1] === ".") continue;
      expect(await signer.read("context", changed)).toBeNull();
    }
  });
  test.each(["", ".", "a", "a.b", "a.b.c", "ü.ü", "a".repeat(5_000)])("junk is nothing: %s", async (junk) => {
    expect(await signer.read("context", junk)).toBeNull();
  });
});

describe("the context", () => {
  const context = { address: "2001:db8::1", country: "DE", asn: 64_500, device: "d-12345678", atMs: NOW_MS };
  test("comes back as it was signed", async () => {
    expect(await readContext(signer, await signContext(signer, context), NOW_MS + 60_000)).toEqual(context);
  });
  test("is not believed when it is old, ahead or forged", async () => {
    const text = await signContext(signer, context);
    expect(await readContext(signer, text, NOW_MS + DAY_MS + 1)).toBe("expired");
    expect(await readContext(signer, text, NOW_MS - 6 * 60_000)).toBe("expired");
    expect(await readContext(other, text, NOW_MS)).toBe("forged");
    expect(await readContext(signer, await signer.sign("context", '{"address":1}'), NOW_MS)).toBe("forged");
  });
});

describe("the device cookie", () => {
  test("names its device and is due for renewal after a month", async () => {
    const setCookie = await writeDevice(signer, "device-1", NOW_MS);
    expect(setCookie).toMatch(/; Path=\/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax$/);
    const value = valueOf(setCookie, DEVICE_COOKIE);
    expect(await readDevice(signer, value, NOW_MS + DAY_MS)).toEqual({ id: "device-1", isDue: false });
    expect(await readDevice(signer, value, NOW_MS + 31 * DAY_MS)).toEqual({ id: "device-1", isDue: true });
    expect(await readDevice(signer, value, NOW_MS + 401 * DAY_MS)).toBeNull();
    expect(await readDevice(other, value, NOW_MS)).toBeNull();
    expect(await readDevice(signer, null, NOW_MS)).toBeNull();
  });
});

describe("a pass", () => {
  test("holds for its address alone, for half an hour", async () => {
    const value = valueOf(await writePass(signer, "2001:db8:0:1::/64", NOW_MS), PASS_COOKIE);
    expect(await isPassed(signer, value, "2001:db8:0:1::/64", NOW_MS + 29 * 60_000)).toBe(true);
    expect(await isPassed(signer, value, "2001:db8:0:1::/64", NOW_MS + 31 * 60_000)).toBe(false);
    expect(await isPassed(signer, value, "2001:db8:0:2::/64", NOW_MS)).toBe(false);
    expect(await isPassed(other, value, "2001:db8:0:1::/64", NOW_MS)).toBe(false);
  });
  test("is not what was signed for a device", async () => {
    const device = await signer.sign("device", `198.51.100.7 ${NOW_MS + DAY_MS}`);
    expect(await isPassed(signer, device, "198.51.100.7", NOW_MS)).toBe(false);
  });
});

test("a cookie is found by its whole name", () => {
  expect(readCookie("a=1; tg=2; xtg=3", "tg")).toBe("2");
  expect(readCookie("xtg=3", "tg")).toBeNull();
  expect(readCookie(null, "tg")).toBeNull();
});
