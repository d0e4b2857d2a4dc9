import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import { auditHeadOf, listChain } from "../../adapters/postgres/audit-log.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import type { ChainHead } from "../../core/audit/chain.ts";
import type { Result } from "../../core/result.ts";
import { Refusal } from "../local/refusal.ts";
import { locateVars } from "../local/stack-vars.ts";
import { sayVerdict, verifyChain } from "./verify-chain.ts";

const BUDGET_MS = 60_000;
const USAGE = `npm run audit -- verify [--anchors FILE] [--anchor '{"seq":42,"hash":"…"}']… [--dir .local]

Follows the audit log's chain in the database at DATABASE_URL, or in a local stack's data folder, and names the first row that is not as it was
appended (exit 1). FILE is what GET /api/admin/audit-logs/anchors answered; an anchor is what KV holds under audit:head:<day>: npx wrangler kv key get audit:head:2026-11-20 --binding CONFIG --remote --env production`;

const Anchor = z.object({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

export interface Terminal {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** `npm run audit`: gives the exit code. */
export async function runAudit(args: readonly string[], env: NodeJS.ProcessEnv, { say, complain }: Terminal): Promise<0 | 1> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { anchor: { type: "string", multiple: true }, anchors: { type: "string" }, dir: { type: "string", default: ".local" } },
    });
    if (positionals.length !== 1 || positionals[0] !== "verify") throw new Refusal(USAGE);
    const kept = values.anchors === undefined ? [] : readAnchors(values.anchors);
    const anchors = [...kept, ...(values.anchor ?? []).map(readAnchor)];
    const database = createDatabase(locate(env, values.dir));
    const reader = {
      head: async () => valueOf(await auditHeadOf(database, BUDGET_MS)),
      rowsAfter: async (afterSeq: number, limit: number) => valueOf(await listChain(database, { afterSeq, limit }, BUDGET_MS)),
    };
    const verdict = await verifyChain(reader, anchors);
    (verdict.kind === "whole" ? say : complain)(sayVerdict(verdict));
    return verdict.kind === "whole" ? 0 : 1;
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

function readAnchors(file: string): readonly ChainHead[] {
  try {
    return z.object({ anchors: z.array(Anchor) }).parse(JSON.parse(readFileSync(file, "utf8"))).anchors;
  } catch {
    throw new Refusal(`${file} is not what GET /api/admin/audit-logs/anchors answers: ask again and save the body`);
  }
}

function readAnchor(text: string): ChainHead {
  try {
    return Anchor.parse(JSON.parse(text));
  } catch {
    throw new Refusal(`\`${text.slice(0, 100)}\` is not an anchor: give what KV holds, {"seq":42,"hash":"…64 hex digits…"}`);
  }
}

/** DATABASE_URL where it is set, else what a local stack told its Worker. */
function locate(env: NodeJS.ProcessEnv, dir: string): { readonly url: string; readonly endpoint: string | null } {
  const vars = locateVars(env, dir);
  if (!vars.DATABASE_URL)
    throw new Refusal(`DATABASE_URL is not set and no stack runs in ${dir}: set it to Neon's connection string, or \`npm start\``);
  return { url: vars.DATABASE_URL, endpoint: vars.NEON_HTTP_ENDPOINT ?? null };
}

function valueOf<T>(result: Result<T, { readonly reason: string; readonly detail?: string }>): T {
  if (!result.ok) throw new Refusal(`the audit log could not be read: ${result.error.detail ?? result.error.reason}`);
  return result.value;
}
