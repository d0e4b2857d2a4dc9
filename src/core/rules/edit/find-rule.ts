import { err, ok, type Result } from "../../result.ts";
import { clip } from "../json-node.ts";
import { didYouMean } from "../nearest.ts";
import type { RuleSources } from "../sources.ts";
import { type LooseDocument, readDocument } from "./read-document.ts";

type Json = Readonly<Record<string, unknown>>;

/** Why an edit was not made. */
export type EditRefusal =
  | { readonly kind: "not_found"; readonly detail: string }
  | { readonly kind: "taken"; readonly detail: string }
  | { readonly kind: "invalid"; readonly faults: readonly { readonly code: string; readonly path: string; readonly message: string }[] };

/** One rule and where it stands. */
export interface FoundRule {
  /** With its file's prefix: `transfer/R1`. */
  readonly id: string;
  readonly document: LooseDocument;
  readonly index: number;
  readonly rule: Json;
}

/** Every rule of every file that can be read, in order. */
export function listRules({ files }: Pick<RuleSources, "files">): FoundRule[] {
  return files.flatMap((file) => {
    const document = readDocument(file);
    if (document === null) return [];
    return document.rules.map((rule, index) => ({ id: `${document.name}/${String(rule.id)}`, document, index, rule }));
  });
}

/** Finds a rule by its full id, or by its bare id when no other file has it. */
export function findRule(sources: Pick<RuleSources, "files">, id: string): Result<FoundRule, EditRefusal> {
  const all = listRules(sources);
  const full = all.find((one) => one.id === id);
  if (full !== undefined) return ok(full);
  const bare = all.filter(({ rule }) => rule.id === id);
  const [only] = bare;
  if (only === undefined)
    return err({
      kind: "not_found",
      detail: `there is no rule \`${clip(id)}\`${didYouMean(
        id,
        all.map((one) => (id.includes("/") ? one.id : String(one.rule.id))),
      )}`,
    });
  if (bare.length === 1) return ok(only);
  return err({ kind: "not_found", detail: `\`${clip(id)}\` is the id of several rules: ${bare.map((one) => `\`${one.id}\``).join(", ")}` });
}

/** Finds a file by its own name or by the name in it; `null` when it is there and cannot be read. */
export function findDocument({ files }: Pick<RuleSources, "files">, name: string): Result<LooseDocument, EditRefusal> {
  const documents = files.map((file) => ({ file, document: readDocument(file) }));
  const found = documents.find(({ file }) => file.name === name) ?? documents.find(({ document }) => document?.name === name);
  if (found === undefined) {
    const known = documents.flatMap(({ file, document }) => (document === null ? [file.name] : [file.name, document.name]));
    return err({ kind: "not_found", detail: `there is no file \`${clip(name)}\`${didYouMean(name, known)}` });
  }
  if (found.document !== null) return ok(found.document);
  const message = `\`${clip(found.file.name)}\` is not a JSON object: mend it as a whole first (\`PUT /api/admin/fraud-rules/draft\`)`;
  return err({ kind: "invalid", faults: [{ code: "unreadable_file", path: "file", message }] });
}

/** The sources with another text for one file. */
export function withText<Sources extends Pick<RuleSources, "files">>(sources: Sources, { file }: LooseDocument, text: string): Sources {
  return { ...sources, files: sources.files.map((one) => (one.name === file.name ? { ...one, text } : one)) };
}
