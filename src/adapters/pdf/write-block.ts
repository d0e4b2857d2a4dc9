import type { PageBlock } from "../../core/evidence/page-block.ts";
import { FILL, INK, type Laid, LINE_WIDTH, type PageWriter, type TextStyle } from "./page-writer.ts";

const BODY: TextStyle = { weight: 400, size: 9, ink: INK.text };
const STYLE = {
  title: { weight: 700, size: 19, ink: INK.accent },
  under: { weight: 400, size: 10, ink: INK.quiet },
  heading: { weight: 700, size: 11.5, ink: INK.accent },
  name: { weight: 400, size: 9, ink: INK.quiet },
  strong: { weight: 700, size: 9, ink: INK.text },
  notice: { weight: 700, size: 10.5, ink: INK.text },
  head: { weight: 700, size: 8.5, ink: INK.text },
  cell: { weight: 400, size: 8.5, ink: INK.text },
} as const satisfies Record<string, TextStyle>;
const PAD = 5;
const NAME_WIDTH = 128;

/** Every text of a block with the weight it is set in, so that its fonts can be had first. */
export function textsOf(block: PageBlock): readonly { readonly text: string; readonly weight: 400 | 700 }[] {
  const in400 = (text: string) => ({ text, weight: 400 as const });
  const in700 = (text: string) => ({ text, weight: 700 as const });
  switch (block.kind) {
    case "title":
      return [in700(block.text), in400(block.under)];
    case "heading":
      return [in700(block.text)];
    case "notice":
      return [in700(block.title), in400(block.text)];
    case "fields":
      return block.rows.flat().map(in400);
    case "table":
      return [...block.columns.map(({ title }) => in700(title)), ...block.rows.flat().map(in400)];
    case "paragraph":
      return [in700(block.lead ?? ""), in400(block.text)];
  }
}

/** Sets a block at the pen and moves on. A heading never stands alone at the end of a page. */
export function writeBlock(writer: PageWriter, block: PageBlock): void {
  switch (block.kind) {
    case "title":
      flow(writer, writer.lay(block.text, STYLE.title, LINE_WIDTH), 0);
      flow(writer, writer.lay(block.under, STYLE.under, LINE_WIDTH), 0);
      writer.down(10);
      return;
    case "heading":
      writer.need(64);
      writer.down(12);
      flow(writer, writer.lay(block.text, STYLE.heading, LINE_WIDTH), 0);
      writer.down(2);
      writer.rule();
      writer.down(5);
      return;
    case "notice":
      writeNotice(writer, block);
      return;
    case "fields":
      for (const [name, value] of block.rows)
        writeRow(writer, [
          { text: name, style: STYLE.name, width: NAME_WIDTH },
          { text: value, style: BODY, width: LINE_WIDTH - NAME_WIDTH },
        ]);
      return;
    case "table":
      writeTable(writer, block);
      return;
    case "paragraph":
      if (block.lead !== undefined) {
        writer.need(40);
        flow(writer, writer.lay(block.lead, STYLE.strong, LINE_WIDTH), 0);
      }
      flow(writer, writer.lay(block.text, BODY, LINE_WIDTH), 0);
      writer.down(7);
      return;
  }
}

function writeNotice(writer: PageWriter, { title, text, tone }: Extract<PageBlock, { kind: "notice" }>): void {
  const inside = LINE_WIDTH - 24;
  const [head, body] = [writer.lay(title, STYLE.notice, inside), writer.lay(text, BODY, inside)];
  const height = writer.heightOf(head) + writer.heightOf(body) + 20;
  writer.need(height);
  writer.fill(0, LINE_WIDTH, height, FILL[tone]);
  writer.fill(0, 3, height, INK.accent);
  writer.down(9);
  flow(writer, head, 14);
  writer.down(2);
  flow(writer, body, 14);
  writer.down(11);
}

function writeTable(writer: PageWriter, { columns, rows }: Extract<PageBlock, { kind: "table" }>): void {
  const widths = columns.map(({ share }) => share * LINE_WIDTH);
  const cellsOf = (texts: readonly string[], style: TextStyle): readonly Cell[] =>
    texts.map((text, i) => ({ text, style, width: widths[i] ?? 0 }));
  const titles = cellsOf(
    columns.map(({ title }) => title),
    STYLE.head,
  );
  const head = (): void => {
    writer.need(44);
    writer.fill(0, LINE_WIDTH, tallest(writer, titles), FILL.head);
    writeRow(writer, titles);
  };
  head();
  for (const row of rows) {
    const cells = cellsOf(row, STYLE.cell);
    // A table that goes on says again what its columns are.
    if (tallest(writer, cells) > writer.left()) {
      writer.need(Number.POSITIVE_INFINITY);
      head();
    }
    writeRow(writer, cells);
    writer.rule();
  }
}

interface Cell {
  readonly text: string;
  readonly style: TextStyle;
  readonly width: number;
}
const layCell = (writer: PageWriter, { text, style, width }: Cell): Laid => writer.lay(text, style, width - 2 * PAD);
const tallest = (writer: PageWriter, cells: readonly Cell[]): number =>
  Math.max(...cells.map((cell) => writer.heightOf(layCell(writer, cell)))) + PAD;

/** Cells beside each other; a row that is taller than what is left of the page goes on line by line on the next. */
function writeRow(writer: PageWriter, cells: readonly Cell[]): void {
  const laid = cells.map((cell) => layCell(writer, cell));
  const leading = Math.max(...laid.map((one) => one.leading));
  const lines = Math.max(...laid.map((one) => one.lines.length));
  for (let from = 0; from < lines; ) {
    writer.need(leading + PAD);
    const to = Math.min(lines, from + Math.max(1, Math.floor((writer.left() - PAD) / leading)));
    writer.down(PAD / 2);
    let x = 0;
    for (const [i, one] of laid.entries()) {
      writer.put(one, x + (i === 0 && cells.length === 2 ? 0 : PAD), from, to);
      x += cells[i]?.width ?? 0;
    }
    writer.down((to - from) * leading + PAD / 2);
    from = to;
  }
}

/** Lines one after the other, over as many pages as it takes. */
function flow(writer: PageWriter, laid: Laid, x: number): void {
  for (let from = 0; from < laid.lines.length; ) {
    writer.need(laid.leading);
    const to = Math.min(laid.lines.length, from + Math.max(1, Math.floor(writer.left() / laid.leading)));
    writer.put(laid, x, from, to);
    writer.down((to - from) * laid.leading);
    from = to;
  }
}
