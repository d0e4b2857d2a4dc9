import * as z from "zod";

/** One file of a font: the characters it may hold, by ranges of code points. */
export interface FontSlice {
  readonly file: string;
  readonly weight: 400 | 700;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

const Listed = z.array(z.object({ file: z.string(), weight: z.literal([400, 700]), ranges: z.string() }));

/** Reads the list of slices that the build makes: `U+0400-045F,U+0490`. Throws on another form. */
export function readSlices(text: string): readonly FontSlice[] {
  return Listed.parse(JSON.parse(text)).map(({ file, weight, ranges }) => ({ file, weight, ranges: ranges.split(",").map(readRange) }));
}

function readRange(text: string): readonly [number, number] {
  const [, first, last] = /^\s*U\+([0-9a-f]+)(?:-([0-9a-f]+))?\s*$/i.exec(text) ?? [];
  if (first === undefined) throw new Error(`\`${text}\` is no range of code points`);
  return [Number.parseInt(first, 16), Number.parseInt(last ?? first, 16)];
}

/** Whether a slice may hold a character. */
export const mayHold = ({ ranges }: FontSlice, codePoint: number): boolean =>
  ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
