import * as z from "zod";

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

/** Faults as editors and terminals link them, `file:line:column  path: sentence`, and how many there are. `file` stands in where a fault names none. */
export function faultLines(faults: readonly ShownFault[], file: string): string[] {
  return [...faults.map((fault) => faultLine(fault, file)), `${faults.length} fault${faults.length === 1 ? "" : "s"}`];
}

/** Faults for machines: every one names its file. */
export function faultsWithFile(faults: readonly ShownFault[], file: string): ShownFault[] {
  return faults.map((fault) => ({ ...fault, file: fault.file ?? file }));
}

function faultLine(fault: ShownFault, file: string): string {
  const place = fault.line === undefined ? "" : `:${fault.line}:${fault.column ?? 1}`;
  const path = fault.path === "" ? "" : `${fault.path}: `;
  return `${fault.file ?? file}${place}  ${path}${fault.message}`;
}
