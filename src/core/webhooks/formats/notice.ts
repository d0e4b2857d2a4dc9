import { NAME } from "../../product.ts";
import type { Message, MessageType } from "../message.ts";
import { eventRank, severityOf } from "../severity.ts";

/** A message in words. */
export interface Notice {
  readonly subject: string;
  /** Subject and figures, a line each. */
  readonly text: string;
}

const TITLES: Readonly<Record<MessageType, string>> = {
  "transaction.analyzed": "a transaction was analyzed",
  "fraud.detected": "fraud was detected",
  "risk.high": "a transaction has a high risk",
  "chargeback.initiated": "a chargeback was initiated",
  "block.created": "something was blocked",
  "report.created": "a fraud report was opened",
  "decision.reviewed": "a decision was reviewed",
  "ruleset.published": "a set of rules was published",
  "alert.raised": "an alert was raised",
  ping: "this is a test",
};
const MOST_LINES = 20;
/** Of so many lines a message fits into the 4,096 characters that Telegram takes. */
const LONGEST_LINE = 180;

/** Tells a message to people: what happened, how grave, and the figures that are no lists or objects. */
export function noticeOf({ type, livemode, atMs, data }: Message): Notice {
  const severity = severityOf(eventRank(data));
  const title = typeof data.title === "string" ? data.title : TITLES[type];
  const marks = [NAME, livemode ? null : "test", severity].filter((mark) => mark !== null);
  const subject = cut(`[${marks.join(" · ")}] ${title}`);
  const lines = Object.entries(data).flatMap(([name, value]) => {
    const told = wordsOf(value);
    return told === null || name === "title" ? [] : [cut(`${name.replaceAll("_", " ")}: ${told}`)];
  });
  return { subject, text: [subject, new Date(atMs).toISOString(), ...lines.slice(0, MOST_LINES)].join("\n") };
}

function wordsOf(value: unknown): string | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((item) => typeof item === "string" || typeof item === "number") ? value.join(", ") : null;
}

/** One line of limited length: what is told may hold what a stranger wrote. */
function cut(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…`;
}
