import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../../src");

/** Who may import whom, by first folder or file of `src`; everything may import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["wire", "http", "pipeline", "ports"],
  "gate.ts": ["wire", "http", "pipeline", "ports"],
  "modules.d.ts": [],
  "env.ts": ["core"],
  "gate-env.ts": ["core"],
  ports: ["core"],
  wire: ["adapters", "ports", "env.ts", "gate-env.ts", "core", "pipeline"],
  http: ["pipeline", "backoffice", "ports", "core"],
  pipeline: ["ports", "core"],
  backoffice: ["ports", "core"],
  adapters: ["ports", "core"],
  core: [],
};
/** Packages the pure core may use: none of them touches the outside world. */
const PURE_PACKAGES = [
  "zod",
  "re2js",
  "jsonc-parser",
  "fastest-levenshtein",
  "@noble/hashes/hmac.js",
  "@noble/hashes/sha2.js",
  "@noble/hashes/utils.js",
];

interface Import {
  readonly file: string;
  readonly specifier: string;
}
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const imports: readonly Import[] = files.flatMap((file) =>
  [
    ...readFileSync(join(SRC, file), "utf8").matchAll(
      /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
    ),
  ].map(([, from, bare, dynamic]) => ({ file, specifier: from ?? bare ?? dynamic ?? "" })),
);
const roomOf = (path: string): string => path.split("/")[0] ?? "";
const ours = imports.flatMap(({ file, specifier }) => {
  if (!specifier.startsWith(".")) return [];
  const target = relative(SRC, join(SRC, dirname(file), specifier));
  return target.startsWith("..") ? [] : [{ file, room: roomOf(file), target, targetRoom: roomOf(target) }];
});

describe("imports go one way", () => {
  test.each(Object.keys(ALLOWED))("%s", (room) => {
    const wrong = ours.filter((one) => one.room === room && one.targetRoom !== room && !ALLOWED[room]?.includes(one.targetRoom));
    expect(wrong.map((one) => `${one.file} → ${one.target}`)).toEqual([]);
  });

  test("the imports were found at all", () => {
    expect(ours.length).toBeGreaterThan(500);
  });

  test("every room of src is in the table", () => {
    const rooms = new Set(files.map(roomOf));
    rooms.delete("tools");
    expect([...rooms].filter((room) => ALLOWED[room] === undefined)).toEqual([]);
  });

  test("nothing imports the tools, and the tools import no entry", () => {
    expect(ours.filter((one) => one.targetRoom === "tools" && one.room !== "tools")).toEqual([]);
    expect(ours.filter((one) => one.room === "tools" && (one.targetRoom === "index.ts" || one.targetRoom === "gate.ts"))).toEqual([]);
  });

  test("adapters do not know each other's systems, but for what tells the time", () => {
    const system = (path: string): string => path.split("/")[1] ?? "";
    const wrong = ours.filter(
      (one) =>
        one.room === "adapters" &&
        one.targetRoom === "adapters" &&
        system(one.file) !== system(one.target) &&
        system(one.target) !== "time",
    );
    expect(wrong.map((one) => `${one.file} → ${one.target}`)).toEqual([]);
  });
});

test("the core is pure: no package that does I/O, no clock, no randomness", () => {
  const core = files.filter((file) => roomOf(file) === "core");
  const packages = imports
    .filter(({ file, specifier }) => roomOf(file) === "core" && !specifier.startsWith("."))
    .map(({ specifier }) => specifier);
  expect(packages.filter((name) => !PURE_PACKAGES.includes(name))).toEqual([]);
  const impure = core.filter((file) =>
    /Date\.now\(|new Date\(\)|Math\.random\(|getRandomValues|randomUUID|\bfetch\(|setTimeout\(/.test(readFileSync(join(SRC, file), "utf8")),
  );
  expect(impure).toEqual([]);
});

test("Worker code imports nothing of Node's", () => {
  const wrong = imports.filter(({ file, specifier }) => roomOf(file) !== "tools" && specifier.startsWith("node:"));
  expect(wrong).toEqual([]);
});

test("no file is certainly two things, and no name says nothing", () => {
  const written = files.filter((file) => !file.endsWith(".generated.ts"));
  const long = written.filter((file) => readFileSync(join(SRC, file), "utf8").split("\n").length > 300);
  expect(long).toEqual([]);
  const nameless = files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared|types|constants|managers?)(\/|\.tsx?$)/i.test(file));
  expect(nameless).toEqual([]);
});
