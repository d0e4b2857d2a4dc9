import { decodePDFRawStream, PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream } from "pdf-lib";

/** The text of a PDF whose fonts all have a ToUnicode map, a line for each piece that was set: what a reader could copy out of it. */
export async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const document = await PDFDocument.load(bytes);
  const lines: string[] = [];
  for (const page of document.getPages()) {
    const fonts = page.node.Resources()?.lookup(PDFName.of("Font"), PDFDict);
    const maps = new Map(
      (fonts?.entries() ?? []).map(([name]) => {
        const toUnicode = fonts?.lookup(name, PDFDict).lookup(PDFName.of("ToUnicode"));
        return [name.decodeText(), toUnicode instanceof PDFRawStream ? mapOf(latin1(toUnicode)) : new Map<string, string>()];
      }),
    );
    const contents = page.node.Contents();
    const streams = contents instanceof PDFArray ? contents.asArray().map((ref) => document.context.lookup(ref)) : [contents];
    const code = streams.map((stream) => (stream instanceof PDFRawStream ? latin1(stream) : "")).join("\n");
    let map = new Map<string, string>();
    let y = "";
    // `/Font-1 9 Tf`, `1 0 0 1 x y Tm`, `<0012…> Tj`: what pdf-lib writes.
    for (const [, font, row, hex] of code.matchAll(/\/(\S+) [\d.]+ Tf|1 0 0 1 [\d.-]+ ([\d.-]+) Tm|<([0-9A-Fa-f]*)> Tj/g)) {
      if (font !== undefined) map = maps.get(font) ?? new Map();
      else if (row !== undefined) {
        if (row !== y) lines.push("");
        y = row;
      } else {
        const said = (hex?.match(/.{4}/g) ?? []).map((glyph) => map.get(glyph.toUpperCase()) ?? "\ufffd").join("");
        lines.push((lines.pop() ?? "") + said);
      }
    }
  }
  return lines.join("\n");
}

const latin1 = (stream: PDFRawStream): string => Buffer.from(decodePDFRawStream(stream).decode()).toString("latin1");

function mapOf(cmap: string): Map<string, string> {
  const text = (hex: string): string => String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
  return new Map(
    [...cmap.matchAll(/<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>/g)].map(([, glyph = "", hex = ""]) => [glyph.toUpperCase(), text(hex)]),
  );
}
