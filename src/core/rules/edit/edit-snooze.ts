import type * as z from "zod";
import { contentHash } from "../../config/manifest.ts";
import type { WhitelistDocument } from "../document.ts";
import type { RuleSources } from "../sources.ts";
import { appendAt, setAt } from "./edit-text.ts";
import { withText } from "./find-rule.ts";
import { type LooseDocument, readDocument } from "./read-document.ts";

/** A whitelist entry that silences some rules. */
export type SnoozeEntry = Pick<z.infer<typeof WhitelistDocument>, "type" | "value" | "reason"> & {
  readonly rules: readonly string[];
  /** ISO 8601; null for an entry written by hand that never ends. */
  readonly expiresAt: string | null;
};
export interface FoundSnooze extends SnoozeEntry {
  /** From what it says, so that an entry written by hand has one too; two that say the same have the same. */
  readonly id: string;
  readonly document: LooseDocument;
  readonly index: number;
}

/** Every whitelist entry that names rules, in order. */
export async function listSnoozes({ files }: Pick<RuleSources, "files">): Promise<readonly FoundSnooze[]> {
  const found = files.flatMap((file) => {
    const document = readDocument(file);
    if (document === null) return [];
    return document.whitelist.flatMap((entry, index) => (Array.isArray(entry.rules) ? [{ document, index, ...readEntry(entry) }] : []));
  });
  return Promise.all(found.map(async (one) => ({ id: await snoozeId(one), ...one })));
}

/** The id of an entry: 16 hex digits. */
export async function snoozeId({ type, value, reason, rules, expiresAt }: SnoozeEntry): Promise<string> {
  return (await contentHash(JSON.stringify([type, value, reason, rules, expiresAt]))).slice(0, 16);
}

/** Puts an entry into a file's whitelist. */
export function addSnooze(sources: RuleSources, document: LooseDocument, entry: SnoozeEntry): RuleSources {
  return withText(sources, document, appendAt(document.file.text, ["whitelist"], entry));
}

/** Takes an entry out. */
export function removeSnooze(sources: RuleSources, { document, index }: Pick<FoundSnooze, "document" | "index">): RuleSources {
  return withText(sources, document, setAt(document.file.text, ["whitelist", index], undefined));
}

function readEntry(entry: Readonly<Record<string, unknown>>): SnoozeEntry {
  return {
    type: entry.type as SnoozeEntry["type"],
    value: String(entry.value),
    reason: String(entry.reason),
    rules: (entry.rules as readonly unknown[]).map(String),
    expiresAt: typeof entry.expiresAt === "string" ? entry.expiresAt : null,
  };
}
