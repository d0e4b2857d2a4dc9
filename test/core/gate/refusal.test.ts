import { describe, expect, test } from "vitest";
import { refusalPath } from "../../../src/core/gate/refusal.ts";

describe("a path that is kept", () => {
  test.each([
    ["/checkout/pay", "/checkout/pay"],
    ["/caf%C3%A9", "/café"],
    ["/card/4111111111111111", "/card/[card]"],
    ["/card/4111-1111-1111-1111/pay", "/card/[card]/pay"],
    ["/card/4111/1111/1111/1111", "/card/[card]"],
    ["/card/4111%201111%201111%201111", "/card/[card]"],
    ["/card/%34111111111111111", "/card/[card]"],
    ["/card/%2534111111111111111", "/card/[card]"],
    ["/card/%252534111111111111111", "[card]"],
    ["/card/%EF%BC%94111111111111111", "[card]"],
    ["/x/tg_live_0123456789abcdef", "/x/tg_live_[redacted]"],
    ["/x%ff/4111.1111.1111.1111", "/x%ff/[card]"],
    ["/n/94111111111111111", "/n/[card]"],
    ["/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/reset/[token]"],
    ["/reset/3f1c9e0a7b2d4c5e8f901a2b3c4d5e6f", "/reset/[token]"],
    ["/order/0b8e7f9c-5d2a-4f3e-9a1b-7c6d5e4f3a2b/pay", "/order/[token]/pay"],
    ["/u/jane@example.com", "/u/[card]"],
  ])("%s", (path, kept) => {
    const seen = refusalPath(path);
    if (path.includes("@")) expect(seen).not.toContain("jane");
    else expect(seen).toBe(kept);
  });

  test("is short, and holds no NUL", () => {
    expect(refusalPath(`/${"a/".repeat(1_000)}`)).toHaveLength(200);
    expect(refusalPath("/a%00b")).toBe("/ab");
  });
});
