/** The fields of one line, quotes taken off; null when a quote stays open (a field over several lines is not read). */
export function csvFields(line: string): string[] | null {
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const isQuoted = line[at] === '"';
    const end = isQuoted ? closingQuote(line, at + 1) : line.indexOf(",", at);
    if (isQuoted && end === -1) return null;
    const to = end === -1 ? line.length : end;
    fields.push((isQuoted ? line.slice(at + 1, to).replaceAll('""', '"') : line.slice(at, to)).trim());
    const comma = isQuoted ? line.indexOf(",", to) : to;
    at = comma === -1 ? line.length + 1 : comma + 1;
  }
  return fields;
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 2)) if (line[at + 1] !== '"') return at;
  return -1;
}
