import type { PDFDocument, PDFFont } from "pdf-lib";
import { type FontSlice, mayHold } from "./font-slices.ts";

export type Weight = FontSlice["weight"];
/** Text of one font. */
export interface Run {
  readonly font: PDFFont;
  readonly text: string;
}
/** The fonts of one document. */
export interface FontBook {
  /** A text in runs of one font each; characters that no font has read U+FFFD. */
  runs(text: string, weight: Weight): readonly Run[];
  /** Points. */
  width(text: string, weight: Weight, size: number): number;
  /** Characters that no font has. */
  missing(): readonly string[];
}

const REPLACEMENT = "\ufffd";

/**
 * Embeds what the texts need and nothing else: of each slice the glyphs that are used. A weight without a character takes it from the other one.
 * @param read a slice's bytes; throws when it is not there
 */
export async function openFontBook(
  document: PDFDocument,
  slices: readonly FontSlice[],
  read: (file: string) => Promise<Uint8Array>,
  texts: Iterable<{ readonly text: string; readonly weight: Weight }>,
): Promise<FontBook> {
  const chosen: Readonly<Record<Weight, Map<number, PDFFont | null>>> = { 400: new Map(), 700: new Map() };
  const embedded = new Map<string, { readonly font: PDFFont; readonly holds: ReadonlySet<number> }>();

  async function embed({ file }: FontSlice) {
    const known = embedded.get(file);
    if (known !== undefined) return known;
    const font = await document.embedFont(await read(file), { subset: true });
    const made = { font, holds: new Set(font.getCharacterSet()) };
    embedded.set(file, made);
    return made;
  }

  async function choose(codePoint: number, weight: Weight): Promise<PDFFont | null> {
    const candidates = slices.filter((slice) => mayHold(slice, codePoint));
    for (const slice of [...candidates.filter((one) => one.weight === weight), ...candidates.filter((one) => one.weight !== weight)]) {
      const { font, holds } = await embed(slice);
      // A range is what a slice was cut by; the font may have no glyph there.
      if (holds.has(codePoint)) return font;
    }
    return null;
  }

  for (const { text, weight } of [{ text: REPLACEMENT, weight: 400 as const }, ...texts]) {
    const known = chosen[weight];
    for (const character of text) {
      const codePoint = character.codePointAt(0) ?? 0;
      if (!known.has(codePoint)) known.set(codePoint, await choose(codePoint, weight));
    }
  }
  const replacement = chosen[400].get(REPLACEMENT.charCodeAt(0)) ?? null;

  function runs(text: string, weight: Weight): readonly Run[] {
    const made: { font: PDFFont; text: string }[] = [];
    for (const character of text) {
      const own = chosen[weight].get(character.codePointAt(0) ?? 0) ?? null;
      const font = own ?? replacement;
      if (font === null) continue;
      const last = made.at(-1);
      const shown = own === null ? REPLACEMENT : character;
      if (last?.font === font) last.text += shown;
      else made.push({ font, text: shown });
    }
    return made;
  }

  return {
    runs,
    width: (text, weight, size) => runs(text, weight).reduce((sum, run) => sum + run.font.widthOfTextAtSize(run.text, size), 0),
    missing: () => {
      const none = Object.values(chosen).flatMap((known) => [...known].filter(([, font]) => font === null).map(([codePoint]) => codePoint));
      return [...new Set(none)].map((codePoint) => String.fromCodePoint(codePoint));
    },
  };
}
