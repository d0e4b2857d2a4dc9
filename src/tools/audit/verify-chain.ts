import { type ChainedRow, type ChainFault, type ChainHead, followChain, GENESIS } from "../../core/audit/chain.ts";

const PAGE_ROWS = 2_000;

/** Where the chain is read from; both throw what the database says. */
export interface ChainReader {
  readonly head: () => Promise<ChainHead>;
  /** The next rows after a number, oldest first. */
  readonly rowsAfter: (seq: number, limit: number) => Promise<readonly ChainedRow[]>;
}
export type Verdict =
  | { readonly kind: "whole"; readonly rows: number; readonly anchors: number }
  /** The first row that is not as it was appended. */
  | { readonly kind: "broken"; readonly fault: ChainFault; readonly row: ChainedRow }
  /** The rows follow each other, but an anchor or the head saw another row here, or a row that is gone. */
  | { readonly kind: "rewritten"; readonly seq: number; readonly by: "anchor" | "head" };

/**
 * Follows the whole chain from its first row, page by page, and holds it against its head and against anchors kept elsewhere.
 * Rows appended meanwhile are followed too.
 */
export async function verifyChain(reader: ChainReader, anchors: readonly ChainHead[]): Promise<Verdict> {
  const head = await reader.head();
  const expected = new Map(anchors.filter(({ seq }) => seq > 0).map(({ seq, hash }) => [seq, hash]));
  let end = GENESIS;
  for (;;) {
    const rows = await reader.rowsAfter(end.seq, PAGE_ROWS);
    const followed = await followChain(rows, end);
    const { fault } = followed;
    const row = fault === null ? undefined : rows.find(({ seq }) => seq === fault.seq);
    if (fault !== null && row !== undefined) return { kind: "broken", fault, row };
    for (const { seq, hash } of rows) {
      const anchored = expected.get(seq);
      if (anchored !== undefined && anchored !== hash) return { kind: "rewritten", seq, by: "anchor" };
      if (seq === head.seq && hash !== head.hash) return { kind: "rewritten", seq, by: "head" };
    }
    end = followed.head;
    if (rows.length < PAGE_ROWS) break;
  }
  const beyond = [...expected.keys()].find((seq) => seq > end.seq);
  if (beyond !== undefined) return { kind: "rewritten", seq: beyond, by: "anchor" };
  if (head.seq > end.seq) return { kind: "rewritten", seq: head.seq, by: "head" };
  return { kind: "whole", rows: end.seq, anchors: expected.size };
}

const REASONS = {
  missing: "is there, but the rows before it are gone",
  moved: "does not follow the row before it: it, or that row, was replaced",
  changed: "was changed after it was appended",
} as const;

/** The verdict in one sentence. */
export function sayVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case "whole": {
      const { rows, anchors } = verdict;
      const agreed = anchors === 1 ? "1 anchor agrees" : `${anchors} anchors agree`;
      const held = anchors === 0 ? "no anchor given: rows cut off at the end would not show" : agreed;
      return `the audit log is whole: ${rows} row${rows === 1 ? "" : "s"}; ${held}`;
    }
    case "broken": {
      const { seq, action, actor, atMs } = verdict.row;
      return `row ${seq} ${REASONS[verdict.fault.reason]} (\`${action}\` by \`${actor}\`, ${new Date(atMs).toISOString()})`;
    }
    case "rewritten": {
      const witness = verdict.by === "anchor" ? "an anchor" : "the chain's head";
      return `row ${verdict.seq} is not the one that ${witness} saw: rows up to it were rewritten or taken away`;
    }
  }
}
