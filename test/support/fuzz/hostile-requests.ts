import fc from "fast-check";
import type { Route } from "../../../src/http/route.ts";
import { hostileText, hostileValue, nearMisses } from "./hostile-values.ts";

/** One request as it goes over the wire. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** What is tried is the route, and not the limit of one address. */
const MANY_ADDRESSES = 4_096;
/** Every password that is tried costs tens of milliseconds: most of them meet the limit. */
const FEW_ADDRESSES = 32;

/** The header that gets a request past the door, and its value. */
export interface Credential {
  readonly header: "x-api-key" | "authorization";
  readonly value: string;
}

/** Hostile requests to one route, which get past its key so that what is behind it is reached. */
export function hostileRequests(route: Route, credential: Credential): fc.Arbitrary<HostileRequest> {
  return fc
    .record({
      path: paths(route.path),
      query: queries(route),
      headers: headers(credential, route.tag === "auth" ? FEW_ADDRESSES : MANY_ADDRESSES),
      body: bodies(route),
    })
    .map(({ path, query, headers, body }) => ({ method: route.method.toUpperCase(), target: path + query, headers, body }));
}

/** Path segments are sent encoded, and now and then half so. */
const segment = fc.oneof(
  { weight: 3, arbitrary: hostileText.map(encode) },
  { weight: 2, arbitrary: fc.constantFrom("client", "ip", "unknown", "00000000-0000-4000-8000-000000000000", "C1", "198.51.100.4") },
  { weight: 1, arbitrary: fc.constantFrom("%", "%zz", "%00", "%ff", "%2e%2e%2f", "a%2fb", "a%3fb", ";a=b", "%c0%ae") },
);

function paths(pattern: string): fc.Arbitrary<string> {
  const parts = pattern.split(/\{\w+\}/);
  return fc.array(segment, { minLength: parts.length - 1, maxLength: parts.length - 1 }).map((segments) =>
    // An empty segment is another path, which is not what is asked here.
    parts.reduce((path, part, at) => `${path}${segments[at - 1] === "" ? "x" : (segments[at - 1] ?? "")}${part}`),
  );
}

function queries(route: Route): fc.Arbitrary<string> {
  const names = Object.keys(route.query?.shape ?? {});
  const name =
    names.length === 0 ? hostileText : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: hostileText });
  const value = fc.oneof(hostileText, fc.constantFrom("true", "false", "1", "50", "-1", "2026-11-20T10:30:00Z"));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(name, value), { maxLength: 4 })
        .map((pairs) => `?${pairs.map((pair) => pair.map(encode).join("=")).join("&")}`),
    },
    { weight: 1, arbitrary: fc.constantFrom("?", "?&&==", "?%ff=%", "?a[]=1&a[b]=2", `?${"a=1&".repeat(500)}`) },
  );
}

/** What a header may carry at all: visible ASCII. */
const headerText = hostileText.map((text) => text.replace(/[^\x21-\x7e]/g, "").slice(0, 2_000));

function headers({ header, value }: Credential, addresses: number): fc.Arbitrary<Record<string, string>> {
  const sometimes = (name: string, values: fc.Arbitrary<string>) =>
    fc.option(values, { freq: 5, nil: null }).map((value): [string, string | null] => [name, value]);
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant("application/json") },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "text/plain",
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
      ),
    },
  );
  return fc
    .tuple(
      type.map((value): [string, string] => ["content-type", value]),
      fc
        .oneof({ weight: 30, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: headerText })
        .map((sent): [string, string] => [header, sent]),
      fc
        .oneof(
          { weight: 30, arbitrary: fc.nat({ max: addresses - 1 }).map((at) => `198.51.${at >> 8}.${at & 255}`) },
          { weight: 1, arbitrary: headerText },
        )
        .map((address): [string, string] => ["cf-connecting-ip", address]),
      sometimes("tollgate-deadline-ms", fc.oneof(headerText, fc.constantFrom("0", "1", "1e9", "-5"))),
      sometimes("idempotency-key", headerText),
      sometimes("if-match", headerText),
      sometimes("cf-ray", headerText),
      sometimes("accept", headerText),
    )
    .map((pairs) => Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null)));
}

/** Near misses of the schema most of all; then any JSON, text that is none, and bytes that are no text. */
function bodies(route: Route): fc.Arbitrary<HostileRequest["body"]> {
  if (route.method === "get") return fc.constant(null);
  const near = route.body === undefined ? hostileValue : nearMisses(route.body);
  const json = near.map((value) => JSON.stringify(value) ?? "");
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value) ?? "") },
    { weight: 1, arbitrary: fc.tuple(json, fc.nat({ max: 200 })).map(([text, at]) => text.slice(0, at)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "null",
        "{}",
        "[]",
        "[{}]",
        "1e999",
        '{"a":1,"a":2}',
        `${"[".repeat(20_000)}`,
        `{"a":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
      ),
    },
  );
}

/** Percent-encodes anything: what is no Unicode is sent as the replacement character, as a browser would. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(".", "%2E");
}
