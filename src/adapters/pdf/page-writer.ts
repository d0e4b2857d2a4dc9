import type { PDFDocument, PDFPage, rgb } from "pdf-lib";
import type { FontBook, Weight } from "./font-book.ts";
import { wrapText } from "./wrap-text.ts";

/** A4 in points. */
const PAGE = { width: 595.28, height: 841.89, left: 50, right: 50, top: 54, bottom: 62 } as const;
export const LINE_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Red, green and blue in [0, 1]. */
export type Ink = readonly [red: number, green: number, blue: number];
export const INK = {
  text: [0.13, 0.15, 0.18],
  quiet: [0.4, 0.43, 0.48],
  accent: [0.09, 0.28, 0.45],
  rule: [0.8, 0.83, 0.86],
} as const satisfies Record<string, Ink>;
export const FILL = { good: [0.91, 0.96, 0.92], plain: [0.94, 0.95, 0.97], head: [0.92, 0.94, 0.96] } as const satisfies Record<
  string,
  Ink
>;

export interface TextStyle {
  readonly weight: Weight;
  /** Points. */
  readonly size: number;
  readonly ink: Ink;
}
/** A text broken into lines for a place of some width. */
export interface Laid {
  readonly lines: readonly string[];
  readonly style: TextStyle;
  /** From one line to the next, in points. */
  readonly leading: number;
}

/** Pages that fill from top to bottom. */
export interface PageWriter {
  lay(text: string, style: TextStyle, width: number): Laid;
  heightOf(laid: Laid): number;
  /** Begins a page when less than this is left. */
  need(height: number): void;
  /** Sets lines at the pen, `x` from the left margin; the pen stays. @param from the first line's number, @param to after the last */
  put(laid: Laid, x: number, from?: number, to?: number): void;
  fill(x: number, width: number, height: number, ink: Ink): void;
  rule(): void;
  /** Moves the pen down. */
  down(height: number): void;
  /** What is left of the page. */
  left(): number;
  /** The foot of every page, once all are there. */
  foot(text: (page: number, pages: number) => string, style: TextStyle): void;
}

/** @param toColor pdf-lib's `rgb`, which is loaded with the first document */
export function createPageWriter(document: PDFDocument, fonts: FontBook, toColor: typeof rgb): PageWriter {
  const pages: PDFPage[] = [];
  let y = 0;
  const page = (): PDFPage => pages.at(-1) ?? begin();
  function begin(): PDFPage {
    const made = document.addPage([PAGE.width, PAGE.height]);
    pages.push(made);
    y = PAGE.height - PAGE.top;
    return made;
  }
  function write(on: PDFPage, text: string, x: number, baseline: number, { weight, size, ink }: TextStyle): void {
    let at = x;
    for (const run of fonts.runs(text, weight)) {
      on.drawText(run.text, { x: at, y: baseline, size, font: run.font, color: toColor(...ink) });
      at += run.font.widthOfTextAtSize(run.text, size);
    }
  }
  begin();

  return {
    lay: (text, style, width) => ({
      lines: wrapText(text, width, (part) => fonts.width(part, style.weight, style.size)),
      style,
      leading: style.size * 1.42,
    }),
    heightOf: ({ lines, leading }) => lines.length * leading,
    need(height) {
      if (y - height < PAGE.bottom) begin();
    },
    put({ lines, style, leading }, x, from = 0, to = lines.length) {
      const on = page();
      for (const [i, line] of lines.slice(from, to).entries()) write(on, line, PAGE.left + x, y - i * leading - style.size, style);
    },
    fill(x, width, height, ink) {
      page().drawRectangle({ x: PAGE.left + x, y: y - height, width, height, color: toColor(...ink) });
    },
    rule() {
      page().drawLine({ start: { x: PAGE.left, y }, end: { x: PAGE.left + LINE_WIDTH, y }, thickness: 0.6, color: toColor(...INK.rule) });
    },
    down(height) {
      y -= height;
    },
    left: () => y - PAGE.bottom,
    foot(text, style) {
      for (const [i, one] of pages.entries()) write(one, text(i + 1, pages.length), PAGE.left, PAGE.bottom - 30, style);
    },
  };
}
