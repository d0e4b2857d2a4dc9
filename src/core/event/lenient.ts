import type * as z from "zod";
import { err, ok, type Result } from "../result.ts";

/** Something wrong in a caller's input: where, as a JSON path, and a sentence that never repeats a value that may be a card number. */
export interface InputFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/**
 * Parses a body whose optional fields may be malformed or unknown: these are left out and named in `warnings`,
 * because a strict schema loses sales. A fault in a required field refuses the body.
 */
export function parseLeniently<T>(
  schema: z.ZodType<T>,
  body: Record<string, unknown>,
  required: ReadonlySet<string>,
): Result<{ value: T; warnings: InputFault[] }, InputFault[]> {
  const first = schema.safeParse(body);
  if (first.success) return ok({ value: first.data, warnings: [] });
  const warnings: InputFault[] = [];
  const refused: InputFault[] = [];
  let pruned: Record<string, unknown> = body;
  for (const issue of first.error.issues) {
    for (const path of pathsOf(issue)) {
      const fault = { code: issue.code, path: formatPath(path), message: sentence(issue, path, body) };
      if (path.length === 0 || required.has(String(path[0]))) refused.push(fault);
      else {
        warnings.push(fault);
        pruned = without(pruned, path);
      }
    }
  }
  if (refused.length > 0) return err(refused);
  const second = schema.safeParse(pruned);
  if (second.success) return ok({ value: second.data, warnings });
  // A rule over several fields can fail only once the malformed ones are gone; then the body is refused whole.
  return err(
    second.error.issues.map((issue) => ({ code: issue.code, path: formatPath(issue.path), message: sentence(issue, issue.path, pruned) })),
  );
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

function pathsOf(issue: Issue): readonly Path[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key]);
  return [issue.path];
}

/** `card.country`, `items[3].amount`: the form every answer of ours uses for a place in the input. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : text === "" ? String(step) : `.${String(step)}`;
  return text;
}

function sentence(issue: Issue, path: Path, body: unknown): string {
  const name = `\`${formatPath(path)}\``;
  switch (issue.code) {
    case "unrecognized_keys":
      return `${name} is not a field of this schema`;
    case "invalid_type":
      return valueAt(body, path) === undefined ? `${name} is required` : `${name} must be ${article(issue.expected)}`;
    case "invalid_value":
      return `${name} must be one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
    case "too_big":
      return `${name} must be at most ${issue.maximum}${issue.origin === "string" ? " characters long" : ""}`;
    case "too_small":
      return issue.origin === "string"
        ? `${name} must not be empty`
        : `${name} must be ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}`;
    default:
      // Our own refinements say what must hold; the library's generic sentences do not.
      return /^(must|holds)/.test(issue.message) ? `${name} ${issue.message}` : `${name} is malformed`;
  }
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

function without(body: Record<string, unknown>, path: Path): Record<string, unknown> {
  const [head, ...rest] = path;
  const key = String(head);
  if (!Object.hasOwn(body, key)) return body;
  const copy: Record<string, unknown> = Object.assign(Object.create(null), body);
  const child = body[key];
  if (rest.length === 0 || typeof child !== "object" || child === null || Array.isArray(child)) delete copy[key];
  else copy[key] = without(child as Record<string, unknown>, rest);
  return copy;
}
