import { networkText } from "../../address/network.ts";
import type { FeedCategory } from "../feed-category.ts";
import type { FeedRole } from "../list-role.ts";
import type { FeedDecision, FeedEntry, FeedFault, FeedFormat } from "./feed-format.ts";
import { guardEntry } from "./guard-entry.ts";
import { type OtherScope, parseCrowdsec, type Withdrawn } from "./parse-crowdsec.ts";
import { createCsvLines } from "./parse-csv-line.ts";
import { type LineResult, parseIpsumLine, parseNetsetLine } from "./parse-line.ts";

/** Faults beyond these are counted only. */
export const MOST_FAULTS = 100;
const LONGEST_LINE = 4_096;

export interface FeedReading {
  readonly format: FeedFormat;
  readonly role: FeedRole;
  /** Of `country`, entries that do not say theirs are faults. */
  readonly category?: FeedCategory | null;
  /** Entries seen on fewer lists are left out, and with more than 1 those that do not say. */
  readonly minCount: number;
  readonly nowMs: number;
  /** Given each entry in turn; the same network may come again. */
  take(entry: FeedEntry): void;
  /** Given what `crowdsec` decides beyond bans on addresses and networks. */
  takeDecision(decision: FeedDecision): void;
}

export interface FeedReport {
  readonly entries: number;
  readonly belowMinCount: number;
  /** Over by `nowMs`. */
  readonly expired: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly FeedFault[];
  /** Of `crowdsec`: what the stream takes back. */
  readonly withdrawn: Withdrawn;
  /** Of `crowdsec`: decisions that were left out because of what they are on. */
  readonly otherScopes: readonly OtherScope[];
}

/** Reads a feed as its text arrives, cut anywhere. */
export interface FeedReader {
  push(text: string): void;
  end(): FeedReport;
}

export function createFeedReader({ format, role, category = null, minCount, nowMs, take, takeDecision }: FeedReading): FeedReader {
  const faults: FeedFault[] = [];
  const counts = { entries: 0, belowMinCount: 0, expired: 0, faultCount: 0 };
  let withdrawn: Withdrawn = { networks: [], decisions: [] };
  let otherScopes: readonly OtherScope[] = [];
  const refuse = (line: number, message: string): void => {
    counts.faultCount++;
    if (faults.length < MOST_FAULTS) faults.push({ line, message });
  };
  const accept = (line: number, entry: FeedEntry): void => {
    const why = guardEntry(entry.network, role);
    if (why !== null) refuse(line, why);
    else if (category === "country" && entry.country === null)
      refuse(line, `expected a country such as \`DE\` beside \`${networkText(entry.network)}\``);
    else if (minCount > 1 && (entry.count ?? 0) < minCount) counts.belowMinCount++;
    else if (entry.expiresAtMs !== null && entry.expiresAtMs <= nowMs) counts.expired++;
    else {
      counts.entries++;
      take(entry);
    }
  };
  const report = (): FeedReport => ({ ...counts, faults, withdrawn, otherScopes });

  if (format === "crowdsec") {
    let text = "";
    return {
      push: (part) => {
        text += part;
      },
      end() {
        const decisions = parseCrowdsec(withoutMark(text), { role, nowMs });
        if (!decisions.ok) refuse(1, decisions.error);
        else {
          for (const { line, message } of decisions.value.faults) refuse(line, message);
          for (const item of decisions.value.items) {
            if (item.kind === "network") accept(item.line, item.entry);
            else {
              const why = item.network === null ? null : guardEntry(item.network, item.decision.role);
              if (why !== null) refuse(item.line, why);
              else if (category === "country") refuse(item.line, `a \`${item.decision.type}\` says of no address where it is`);
              else if (minCount > 1) counts.belowMinCount++;
              else if (item.decision.expiresAtMs <= nowMs) counts.expired++;
              else {
                counts.entries++;
                takeDecision(item.decision);
              }
            }
          }
          ({ withdrawn, otherScopes } = decisions.value);
        }
        return report();
      },
    };
  }
  const parse = lineParser(format);
  let line = 0;
  const lines = createLines((text) => {
    line++;
    const result: LineResult = text.length > LONGEST_LINE ? tooLong : parse(line === 1 ? withoutMark(text) : text);
    if (!result.ok) refuse(line, result.error);
    else if (result.value !== null) accept(line, result.value);
  });
  return {
    push: lines.push,
    end() {
      lines.end();
      return report();
    },
  };
}

const tooLong: LineResult = { ok: false, error: `the line has more than ${LONGEST_LINE.toLocaleString("en")} characters` };

function lineParser(format: Exclude<FeedFormat, "crowdsec">): (line: string) => LineResult {
  switch (format) {
    case "ipsum":
      return parseIpsumLine;
    case "netset":
      return parseNetsetLine;
    case "csv":
      return createCsvLines();
  }
}

/** Cuts text into lines; of a line that never ends only as much is kept as tells that it is too long. */
function createLines(take: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = "";
  return {
    push(text) {
      const parts = text.split("\n");
      const last = parts.pop() ?? "";
      for (const part of parts) {
        take(rest + part);
        rest = "";
      }
      if (rest.length <= LONGEST_LINE) rest += last;
    },
    end() {
      if (rest !== "") take(rest);
      rest = "";
    },
  };
}

const withoutMark = (text: string): string => (text.startsWith("\ufeff") ? text.slice(1) : text);
