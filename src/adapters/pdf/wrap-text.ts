/** Chinese, Japanese and their punctuation: a line may end after each, but none begins with what closes a phrase. */
const IDEOGRAPH = "\\u2e80-\\u2fff\\u3001-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef\\u{20000}-\\u{3ffff}";
const CLOSING = "\\u3001\\u3002\\u3009\\u300b\\u300d\\u300f\\u3011\\u3015\\uff01\\uff09\\uff0c\\uff0e\\uff1a\\uff1b\\uff1f!),.:;?";
const PIECE = new RegExp(`\\s+|[${IDEOGRAPH}][${CLOSING}]*|[^\\s${IDEOGRAPH}]+`, "gu");
/** What has no place on paper: controls, directions, joiners. A tab is a space. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** Text as it is set: composed, on the lines it was written on, without what cannot be seen. */
export function printable(text: string): readonly string[] {
  return text
    .normalize("NFC")
    .replaceAll("\t", " ")
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(INVISIBLE, ""));
}

/** Breaks a text into lines no wider than asked for; a word that is wider by itself is broken where it must be. @param width of a text, in the unit of `most` */
export function wrapText(text: string, most: number, width: (text: string) => number): readonly string[] {
  return printable(text).flatMap((line) => wrapLine(line, most, width));
}

function wrapLine(line: string, most: number, width: (text: string) => number): readonly string[] {
  const lines: string[] = [];
  let current = "";
  const end = (): void => {
    lines.push(current.trimEnd());
    current = "";
  };
  for (const [piece] of line.matchAll(PIECE)) {
    if (width((current + piece).trimEnd()) <= most) {
      current += piece;
      continue;
    }
    if (current !== "") end();
    if (piece.trim() === "") continue;
    for (const character of piece) {
      if (current !== "" && width(current + character) > most) end();
      current += character;
    }
  }
  end();
  return lines;
}
