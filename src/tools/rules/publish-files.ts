import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { faultLines, faultsWithFile, ShownFault } from "./fault-lines.ts";
import { FEATURES_FILE, readRuleFiles, readText } from "./read-files.ts";
import type { Terminal } from "./terminal.ts";

/** The service waits up to 10 s for each of its stores. */
const PATIENCE_MS = 60_000;

const Published = z.looseObject({ seq: z.number(), rules: z.number() });
const Problem = z.object({ code: z.string(), detail: z.string(), errors: z.array(ShownFault).default([]) });

/** `rules publish`: makes files live as one ruleset. Exit code 0, or 1 with what the service refused, as sentences. Throws when there is no answer. */
export async function publishFiles(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      features: { type: "string", default: FEATURES_FILE },
      "keep-features": { type: "boolean", default: false },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      key: { type: "string" },
      dir: { type: "string", default: ".local" },
      message: { type: "string", default: "" },
      json: { type: "boolean", default: false },
    },
  });
  const features = values["keep-features"] ? null : readText(values.features);
  const body = { files: readRuleFiles(positionals), features, message: values.message };
  const answer = await send(values.url, values.key ?? adminKeyOf(values.dir), body);
  if (answer.ok) {
    const published = Published.safeParse(answer.json);
    if (!published.success) throw new Error(`${values.url} did not say what is live: is it a Tollgate?`);
    const { seq, rules } = published.data;
    terminal.say(values.json ? JSON.stringify({ ok: true, ...published.data }) : `version ${seq} is live (${rules} rules)`);
    return 0;
  }
  const problem = Problem.safeParse(answer.json);
  if (!problem.success) throw new Error(`${values.url} answered ${answer.status} without saying why`);
  const { code, detail, errors } = problem.data;
  if (values.json) terminal.say(JSON.stringify({ ok: false, code, detail, faults: faultsWithFile(errors, values.features) }));
  else {
    terminal.complain(detail);
    if (errors.length > 0) for (const line of faultLines(errors, values.features)) terminal.complain(line);
  }
  return 1;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** Null when the body is not JSON. */
  readonly json: unknown;
}

async function send(url: string, key: string, body: unknown): Promise<Answer> {
  if (!URL.canParse(url)) throw new Error(`\`${url}\` is not a URL`);
  try {
    const response = await fetch(new URL("/api/admin/fraud-rules/publish", url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return { ok: response.ok, status: response.status, json: parseJson(text) };
  } catch (fault) {
    if (fault instanceof Error && fault.name === "TimeoutError")
      throw new Error(`${url} gave no answer within ${PATIENCE_MS / 1_000} s: look at its /health for what is live, then publish again`);
    throw new Error(`nothing answers at ${url}; start it with \`npm start\`, or give --url`);
  }
}

function adminKeyOf(folder: string): string {
  const path = join(folder, "keys.json");
  if (!existsSync(path)) throw new Error(`no key: there is no ${path}; give --key, or --dir with the instance's data folder`);
  const keys = z.object({ admin: z.string() }).safeParse(parseJson(readText(path)));
  if (!keys.success) throw new Error(`${path} holds no \`admin\` key; give --key`);
  return keys.data.admin;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
