import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { latestManifest } from "../../adapters/postgres/manifest-store.ts";
import { Refusal } from "./refusal.ts";
import { REPOSITORY } from "./repository.ts";
import type { SeedContext } from "./seed.ts";

const BUDGET_MS = 20_000;
const Problem = z.object({ detail: z.string(), errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]) });

/** Publishes the packs of `rules/` as one ruleset, the way an analyst would, unless something was published before. */
export async function seedRuleset(context: SeedContext, adminKey: string): Promise<string> {
  const { baseUrl, databaseUrl, neonEndpoint } = context;
  const latest = await latestManifest(createDatabase({ url: databaseUrl, endpoint: neonEndpoint }), BUDGET_MS);
  if (!latest.ok) throw new Error(`what is live could not be read: ${latest.error.detail}`);
  if (latest.value !== null) return `ruleset version ${latest.value.seq} is live`;

  const body = defaultRuleset();
  const answer = await fetch(`${baseUrl}/api/admin/fraud-rules/publish`, {
    method: "POST",
    headers: { "x-api-key": adminKey, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(BUDGET_MS),
  });
  // A start that was cut off may have published it.
  if (answer.status === 409) throw new Error("another publish is under way");
  if (answer.status >= 500) throw new Error(`the default ruleset is not published yet: ${complaintOf(await answer.text())}`);
  if (!answer.ok) throw new Refusal(`the default ruleset was not published: ${complaintOf(await answer.text())}`);
  return `published ${body.files.map(({ name }) => name).join(" and ")} as the first ruleset`;
}

/** What a publish of `rules/` sends: its packs, their cases and the features they read. */
export function defaultRuleset() {
  const features = join(REPOSITORY, "rules/features.json");
  const files = readFolder("rules/packs");
  if (files.length === 0 || !existsSync(features))
    throw new Refusal("rules/packs and rules/features.json are missing; restore them from git");
  return { files, cases: readFolder("rules/cases"), features: readFileSync(features, "utf8"), message: "the default ruleset" };
}

function readFolder(folder: string): { name: string; text: string }[] {
  const path = join(REPOSITORY, folder);
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".json")) : [];
  return names.sort().map((name) => ({ name, text: readFileSync(join(path, name), "utf8") }));
}

function complaintOf(text: string): string {
  try {
    const { detail, errors } = Problem.parse(JSON.parse(text));
    return [detail, ...errors.slice(0, 3).map(({ path, message }) => `${path}: ${message}`)].join("; ");
  } catch {
    return text.slice(0, 300);
  }
}
