import * as z from "zod";
import { excerptLines } from "./excerpt.ts";

/** A fault as a checker or the service's answer names it. */
export const ShownFault = z.object({
  code: z.string(),
  path: z.string(),
  message: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
});
export type ShownFault = Readonly<z.infer<typeof ShownFault>>;

/** Faults as editors and terminals link them, `file:line:column  path: sentence`, each with the place in its text when that is known. */
export function faultLines(faults: readonly ShownFault[], texts: ReadonlyMap<string, string>): string[] {
  return faults.flatMap((fault) => {
    const { file, line, column = 1 } = fault;
    const text = file === undefined ? undefined : texts.get(file);
    return [faultLine(fault), ...(text === undefined || line === undefined ? [] : excerptLines(text, line, column))];
  });
}

/** `1 fault`, `3 faults`. */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function faultLine({ file, line, column, path, message }: ShownFault): string {
  const place = line === undefined ? "" : `:${line}:${column ?? 1}`;
  const head = file === undefined ? "" : `${file}${place}  `;
  return `${head}${path === "" ? "" : `${path}: `}${message}`;
}
