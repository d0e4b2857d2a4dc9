/** Builds `dist/assets`: what a browser needs for /docs, served by the Worker's own host and never from a CDN, and the fonts of evidence documents. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { REPOSITORY } from "../local/repository.ts";

const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js"];
/** A file of its own: the page's content security policy allows no inline script. */
const START = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, tryItOutEnabled: true });\n';
/** These files never pass through the Worker, so what it says of itself is said here too. */
const HEADERS = [
  "/docs/*",
  "  x-content-type-options: nosniff",
  "  x-frame-options: DENY",
  "  referrer-policy: no-referrer",
  "  cache-control: public, max-age=3600",
  "/fonts/*",
  "  x-content-type-options: nosniff",
  "  cache-control: public, max-age=86400",
  "",
];

/** Fonts by package, the wanted weights each; what both have is set in the first. Chinese is too large to be had in bold as well. */
const FONTS = [
  { name: "noto-sans", weights: [400, 700] },
  { name: "noto-sans-sc", weights: [400] },
] as const;
/** Slices of scripts that a document's lines are not laid out for. */
const LEFT_OUT: ReadonlySet<string> = new Set(["devanagari"]);

/** Copies Swagger UI's files to `<assets>/docs`, and the slices of the fonts to `<assets>/fonts` with a list of what each holds. */
export function buildAssets(assets: string): void {
  const docs = join(assets, "docs");
  mkdirSync(docs, { recursive: true });
  const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  for (const file of SWAGGER_FILES) copyFileSync(join(swagger, file), join(docs, file));
  writeFileSync(join(docs, "start.js"), START);
  writeFileSync(join(assets, "_headers"), HEADERS.join("\n"));
  copyFonts(join(assets, "fonts"));
}

function copyFonts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const slices = FONTS.flatMap(({ name, weights }) => {
    const home = dirname(createRequire(import.meta.url).resolve(`@fontsource/${name}/package.json`));
    copyFileSync(join(home, "LICENSE"), join(folder, `${name}.LICENSE.txt`));
    const ranges: unknown = JSON.parse(readFileSync(join(home, "unicode.json"), "utf8"));
    const wanted = Object.entries(ranges as Record<string, string>).filter(([subset]) => !LEFT_OUT.has(subset));
    return weights.flatMap((weight) =>
      wanted.map(([subset, held]) => {
        const file = `${name}-${subset.replace(/[[\]]/g, "")}-${weight}-normal.woff`;
        copyFileSync(join(home, "files", file), join(folder, file));
        return { file, weight, ranges: held };
      }),
    );
  });
  writeFileSync(join(folder, "slices.json"), JSON.stringify(slices));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildAssets(join(REPOSITORY, "dist/assets"));
