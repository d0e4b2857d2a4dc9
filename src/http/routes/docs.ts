import { VERSION } from "../../core/product.ts";
import { describeSurface } from "../openapi.ts";
import type { Route } from "../route.ts";

/** The OpenAPI document, made once per isolate from the routes themselves. */
export function openapi(routes: () => readonly Route[]): Route {
  let text: string | null = null;
  return {
    method: "get",
    path: "/openapi.json",
    verb: null,
    tag: "service",
    summary: "This surface as OpenAPI 3.1",
    answers: { 200: { description: "The document" } },
    handle: (c) => {
      text ??= JSON.stringify(describeSurface(routes(), VERSION));
      return c.body(text, 200, { "content-type": "application/json", "cache-control": "public, max-age=300" });
    },
  };
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tollgate API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A page to read and try the surface; its script and style are our own assets, nothing comes from a CDN. */
export const docs: Route = {
  method: "get",
  path: "/docs",
  verb: null,
  tag: "service",
  summary: "This surface, readable",
  answers: { 200: { description: "An HTML page" } },
  handle: (c) => {
    c.header("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
    return c.html(PAGE);
  },
};
