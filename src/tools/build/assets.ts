/** Builds `dist/assets`: what a browser needs for /docs, served by the Worker's own host and never from a CDN. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
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
  "",
];

/** Copies Swagger UI's files to `<assets>/docs`. */
export function buildAssets(assets: string): void {
  const docs = join(assets, "docs");
  mkdirSync(docs, { recursive: true });
  const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  for (const file of SWAGGER_FILES) copyFileSync(join(swagger, file), join(docs, file));
  writeFileSync(join(docs, "start.js"), START);
  writeFileSync(join(assets, "_headers"), HEADERS.join("\n"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildAssets(join(REPOSITORY, "dist/assets"));
