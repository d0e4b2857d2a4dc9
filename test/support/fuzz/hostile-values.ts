import fc from "fast-check";
import * as z from "zod";

/** Texts that have broken somebody's service: encodings, injections, prototypes, limits of numbers and dates. */
const KNOWN_HOSTILE = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202e\ufeff",
  "'; drop table events; --",
  "' or '1'='1",
  "{{7*7}}<%= 7*7 %>",
  "<script>alert(1)</script>",
  "../../../etc/passwd",
  "%00",
  "%ff",
  "\r\nx-injected: 1",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "Infinity",
  "1e999",
  "-0",
  "0x10",
  "9007199254740993",
  "2026-02-30T25:61:61Z",
  "+275760-09-13T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "1.2.3.4, 5.6.7.8",
  "::ffff:1.2.3.4%eth0",
  "999.999.999.999",
  "2001:db8::/129",
  "4111111111111111",
  "4111 1111 1111 1111",
  "(a+)+$",
  "🂡".repeat(50),
  "x".repeat(5_000),
  "[".repeat(200),
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN_HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);
const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.001, 1e7, 1e7 + 1, 1e21, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 53), 1.005),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { toString: 1 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }) },
);

type Schema = Readonly<Record<string, unknown>>;
const DEPTH = 4;

/** Values near what a zod schema takes: mostly of the right shape, each part sometimes hostile or left out, some with strangers among the keys. */
export function nearMisses(schema: z.ZodType): fc.Arbitrary<unknown> {
  return valuesOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Schema, DEPTH);
}

function valuesOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return hostileValue;
  return fc.oneof({ weight: 5, arbitrary: wellFormed(schema, depth) }, { weight: 1, arbitrary: hostileValue });
}

function wellFormed(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const variants = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Schema[] | undefined;
  if (variants !== undefined && variants.length > 0) return fc.oneof(...variants.map((variant) => valuesOf(variant, depth)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object":
      return objects(schema, depth);
    case "array":
      return fc.array(valuesOf((schema.items ?? {}) as Schema, depth - 1), { maxLength: 4 });
    case "string":
      return texts(schema);
    case "number":
    case "integer":
      return fc.oneof(fc.integer({ min: 0, max: 2_000 }), number);
    case "boolean":
      return fc.boolean();
    default:
      return hostileValue;
  }
}

function objects(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = new Set((schema.required ?? []) as string[]);
  const known = Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([name, property]) =>
    // Mostly what is required is there, or nothing behind the first check is ever reached.
    fc.option(
      valuesOf(property, depth - 1).map((value): [string, unknown] => [name, value]),
      { freq: required.has(name) ? 20 : 1, nil: null },
    ),
  );
  const { additionalProperties: rest } = schema;
  const named = typeof rest === "object" && rest !== null ? valuesOf(rest as Schema, depth - 1) : hostileValue;
  const keys = fc.oneof(fc.constantFrom("id", "a_name", "constructor"), hostileText);
  const strangers = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(keys, named, { maxKeys: 3 }) },
  );
  return fc
    .tuple(fc.tuple(...known), typeof rest === "object" ? fc.dictionary(keys, named, { maxKeys: 3 }) : strangers)
    .map(([entries, others]) => ({ ...others, ...Object.fromEntries(entries.filter((entry) => entry !== null)) }));
}

function texts(schema: Schema): fc.Arbitrary<unknown> {
  const ordinary =
    schema.format === "date-time" ? fc.constant("2026-11-20T10:30:00Z") : fc.constantFrom("a", "id-1", "192.0.2.4", "DE", "a@b.de");
  return fc.oneof({ weight: 3, arbitrary: ordinary }, { weight: 1, arbitrary: hostileText });
}
