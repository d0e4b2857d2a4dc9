/** How a text is written: what an edit adds looks like the rest. */
export interface JsonStyle {
  /** One level of indentation. */
  readonly step: string;
  readonly eol: string;
}

/** A value stays on one line up to here. */
const WIDTH = 120;

/** The style of a text; two spaces where it has none. */
export function styleOf(text: string): JsonStyle {
  const [, step = "  "] = /^[^\S\r\n]*[{[]\r?\n([ \t]+)\S/.exec(text) ?? [];
  return { step, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** A JSON value as people write it: on one line where it fits, else a line for each part. `indent` is that of the line it begins in. */
export function printJson(value: unknown, indent: string, style: JsonStyle): string {
  const line = printLine(value);
  if (typeof value !== "object" || value === null || indent.length + line.length <= WIDTH) return line;
  const inner = indent + style.step;
  const parts = Array.isArray(value)
    ? value.map((one) => printJson(one, inner, style))
    : entriesOf(value).map(([key, one]) => `${JSON.stringify(key)}: ${printJson(one, inner, style)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${style.eol}${parts.map((part) => inner + part).join(`,${style.eol}`)}${style.eol}${indent}${close}`;
}

function printLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = entriesOf(value).map(([key, one]) => `${JSON.stringify(key)}: ${printLine(one)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** As JSON.stringify: what is undefined is left out. */
const entriesOf = (value: object): [string, unknown][] => Object.entries(value).filter(([, one]) => one !== undefined);
