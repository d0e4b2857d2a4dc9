import { err, ok, type Result } from "../result.ts";

/** `{ip_address}` is a field of the event, `{device_id?}` one that may be absent, `{secret.key}` a secret of the deployment. */
export type TemplatePart =
  | string
  | { readonly kind: "field"; readonly path: string; readonly isOptional: boolean }
  | { readonly kind: "secret"; readonly name: string };
export type Template = readonly TemplatePart[];

const PLACEHOLDER = /\{(secret\.)?([A-Za-z]\w{0,63}(?:\.\w{1,64}){0,3})(\?)?\}/g;

/** Reads a text with placeholders; a sentence when a brace belongs to none. */
export function parseTemplate(text: string): Result<Template, string> {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, secret, name = "", optional] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    if (secret === undefined) parts.push({ kind: "field", path: name, isOptional: optional !== undefined });
    else parts.push({ kind: "secret", name });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  const isStray = parts.some((part) => typeof part === "string" && /[{}]/.test(part));
  return isStray ? err("a brace belongs to no placeholder; write `{ip_address}`, `{device_id?}` or `{secret.key}`") : ok(parts);
}

type Scalar = string | number | boolean;
/** Where the values of placeholders come from; undefined is none. */
export interface TemplateValues {
  field(path: string): Scalar | undefined;
  secret(name: string): string | undefined;
}
/** Why a template could not be filled: the event lacks what it needs, or the deployment does. */
export type Unfilled = "no_field" | "no_secret";

/** The text with its placeholders filled, each value by `encode`. */
export function fillTemplate(template: Template, values: TemplateValues, encode: (text: string) => string): Result<string, Unfilled> {
  let text = "";
  for (const part of template) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = part.kind === "field" ? values.field(part.path) : values.secret(part.name);
    if (value !== undefined) text += encode(String(value));
    else if (part.kind === "secret") return err("no_secret");
    else if (!part.isOptional) return err("no_field");
  }
  return ok(text);
}

/** A template that is one placeholder of a field gives the field's own value, a number as a number; undefined when it may be absent and is. */
export function fillScalar(template: Template, values: TemplateValues): Result<Scalar | undefined, Unfilled> {
  const [only] = template;
  if (template.length !== 1 || typeof only !== "object" || only.kind !== "field") return fillTemplate(template, values, (text) => text);
  const value = values.field(only.path);
  return value === undefined && !only.isOptional ? err("no_field") : ok(value);
}
