import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildAssets } from "../../../src/tools/build/assets.ts";

test("the files that /docs asks for are there, with headers of their own", () => {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  buildAssets(folder);
  expect(readdirSync(join(folder, "docs")).sort()).toEqual(["start.js", "swagger-ui-bundle.js", "swagger-ui.css"]);
  expect(readFileSync(join(folder, "_headers"), "utf8")).toContain("x-content-type-options: nosniff");
});
