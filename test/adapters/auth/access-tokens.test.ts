import { type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import { createAccessTokens } from "../../../src/adapters/auth/access-tokens.ts";
import { claimsOf, type TokenClaims } from "../../../src/core/access/token.ts";

const NOW = Date.parse("2026-11-20T12:00:00.250Z");
const SECRET = "a secret of at least thirty-two characters";
const utf8 = new TextEncoder();
const tokens = createAccessTokens(SECRET);
const IDENTITY = {
  sub: "user:u1",
  sid: "s1",
  name: "ann",
  role: "analyst",
  world: "live",
  scopes: null,
  requests_per_minute: null,
} as const;
const CLAIMS = claimsOf(IDENTITY, NOW, null);

test("a token says what it was signed for, until 15 minutes later", async () => {
  const token = await tokens.sign(CLAIMS);
  expect(await tokens.read(token, NOW)).toMatchObject({ ok: true, value: CLAIMS });
  expect(await tokens.read(token, NOW + 899_000)).toMatchObject({ ok: true });
  expect(await tokens.read(token, NOW + 906_000)).toEqual({ ok: false, error: "expired" });
});

test("a token ends with the credential it was given for", () => {
  expect(claimsOf(IDENTITY, NOW, NOW + 60_000).exp).toBe((NOW + 60_000) / 1000);
});

/** Signs whatever a forger would. */
async function forge({
  claims = {},
  header = {},
  issuer = "tollgate",
  audience = "tollgate-api",
  secret = SECRET,
}: {
  claims?: Partial<Record<keyof TokenClaims, unknown>>;
  header?: Record<string, string>;
  issuer?: string;
  audience?: string;
  secret?: string;
} = {}): Promise<string> {
  const jwt = new SignJWT({ ...CLAIMS, ...claims } as JWTPayload).setProtectedHeader({ alg: "HS256", typ: "at+jwt", ...header });
  return jwt.setIssuer(issuer).setAudience(audience).sign(utf8.encode(secret));
}
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const withPart = (token: string, index: number, part: string): string =>
  token
    .split(".")
    .map((own, i) => (i === index ? part : own))
    .join(".");

const FORGED: readonly (readonly [string, () => string | Promise<string>])[] = [
  ["nothing", () => ""],
  ["no token at all", () => "not.a.token"],
  ["no signature: alg none", () => new UnsecuredJWT({ ...CLAIMS }).setIssuer("tollgate").setAudience("tollgate-api").encode()],
  ["alg none under a real signature", async () => withPart(await forge(), 0, base64url({ alg: "none", typ: "at+jwt" }))],
  ["an empty signature", async () => withPart(await forge(), 2, "")],
  ["another algorithm of the same key", () => forge({ header: { alg: "HS512" } })],
  ["another key", () => forge({ secret: "another secret of thirty-two characters" })],
  ["an empty key", () => forge({ secret: "\u0000" })],
  ["another issuer", () => forge({ issuer: "elsewhere" })],
  ["another audience", () => forge({ audience: "elsewhere" })],
  ["another type", () => forge({ header: { typ: "JWT" } })],
  [
    "a role raised after signing",
    async () => withPart(await forge(), 1, base64url({ ...CLAIMS, role: "admin", iss: "tollgate", aud: "tollgate-api" })),
  ],
  ["a role that does not exist", () => forge({ claims: { role: "root" } })],
  ["no session", () => forge({ claims: { sid: undefined } })],
  ["a subject of another kind", () => forge({ claims: { sub: "u1" } })],
  ["no end", () => forge({ claims: { exp: undefined } })],
  ["an end that is no number", () => forge({ claims: { exp: "never" } })],
  ["a start in the future", () => forge({ claims: { iat: NOW / 1000 + 60 } })],
  ["a scope that does not exist", () => forge({ claims: { scopes: ["everything"] } })],
  [
    "a key of its own in the header",
    () => forge({ header: { jwk: "x", kid: "../../dev/null" }, secret: "chosen by the forger, long enough ok" }),
  ],
  ["a token of a megabyte", async () => `${await forge()}${"A".repeat(1 << 20)}`],
];
test.each(FORGED)("%s is refused", async (_, make) => {
  expect(await tokens.read(await make(), NOW)).toEqual({ ok: false, error: "malformed" });
});

test("every single changed character is refused", async () => {
  const token = await tokens.sign(CLAIMS);
  for (let at = 0; at < token.length; at++) {
    // The last character of a part may carry unused bits, so the change is made where all six count.
    if (token[at] === "." || token[at + 1] === "." || at === token.length - 1) continue;
    const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    expect(await tokens.read(changed, NOW)).toMatchObject({ ok: false });
  }
});
