import { join } from "node:path";
import type { DevelopmentKeys } from "./seed-keys.ts";
import type { Stack } from "./start-stack.ts";

const EXAMPLE = {
  type: "PAYMENT",
  amount: 129.9,
  email: "ann@example.com",
  ip_address: "192.0.2.4",
  card: { bin: "457173", country: "DK" },
};

/** What a person needs once everything runs: where, with which keys, and a call to paste. */
export function bannerOf({ baseUrl, keys, folder, about }: Stack): string {
  const width = Math.max(...Object.keys(keys).map((name) => name.length));
  return [
    "",
    `  Tollgate    ${baseUrl}   (docs: ${baseUrl}/docs)`,
    ...about.map((line) => `              ${line}`),
    `  logs        ${join(folder, "run")}`,
    `  keys        ${join(folder, "keys.json")}`,
    ...Object.entries(keys).map(([name, key]) => `              ${name.padEnd(width)}  ${key}`),
    "",
    "  Try it:",
    "",
    curlOf(baseUrl, keys),
    "",
    "  Ctrl-C stops it; the data stays.",
    "",
  ].join("\n");
}

function curlOf(baseUrl: string, keys: DevelopmentKeys): string {
  return `curl -s ${baseUrl}/api/v1/analyze -H 'x-api-key: ${keys.api}' -H 'content-type: application/json' -d '${JSON.stringify(EXAMPLE)}'`;
}
