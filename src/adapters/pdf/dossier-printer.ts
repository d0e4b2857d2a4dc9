import { dossierPages } from "../../core/evidence/dossier-pages.ts";
import type { DossierPrinter } from "../../ports/evidence.ts";
import { openFontBook } from "./font-book.ts";
import { type FontSlice, readSlices } from "./font-slices.ts";
import { createPageWriter, INK } from "./page-writer.ts";
import { printable } from "./wrap-text.ts";
import { textsOf, writeBlock } from "./write-block.ts";

/** @param read a file below the fonts' folder; throws when it is not there */
export function createDossierPrinter(read: (file: string) => Promise<Uint8Array>): DossierPrinter {
  let slices: readonly FontSlice[] | null = null;
  return {
    async print(dossier) {
      // More than a megabyte of code that a decision never needs: it is evaluated with the first document.
      const [{ PDFDocument, rgb }, { default: fontkit }] = await Promise.all([import("pdf-lib"), import("@pdf-lib/fontkit")]);
      slices ??= readSlices(new TextDecoder().decode(await read("slices.json")));
      const document = await PDFDocument.create();
      document.registerFontkit(fontkit);
      const blocks = dossierPages(dossier);
      const name = `Evidence for transaction ${dossier.transaction_id}`;
      const footOf = (page: number, pages: number): string => `${name}  ·  page ${page} of ${pages}`;
      const texts = [{ text: footOf(1_234_567_890, 0), weight: 400 as const }, ...blocks.flatMap(textsOf)];
      const lines = texts.flatMap(({ text, weight }) => printable(text).map((line) => ({ text: line, weight })));
      const fonts = await openFontBook(document, slices, read, lines);
      const writer = createPageWriter(document, fonts, rgb);
      for (const block of blocks) writeBlock(writer, block);
      writer.foot(footOf, { weight: 400, size: 8, ink: INK.quiet });
      const madeAt = new Date(dossier.made_at);
      document.setTitle(name, { showInWindowTitleBar: true });
      document.setProducer("Tollgate");
      document.setCreator("Tollgate");
      document.setLanguage("en");
      document.setCreationDate(madeAt);
      document.setModificationDate(madeAt);
      return { pdf: await document.save(), missing: fonts.missing() };
    },
  };
}
