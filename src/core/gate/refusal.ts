import * as z from "zod";
import { isCardNumber } from "../event/card-number.ts";
import { redactText } from "../log/redact.ts";

/** What became of a listed visitor; `noted` is one that the mode only looks at: `enforce` would not have let it pass. */
export const REFUSAL_TREATMENTS = ["refused", "challenged", "noted"] as const;
export type RefusalTreatment = (typeof REFUSAL_TREATMENTS)[number];

const Name = z.string().max(500);
/** One listed visitor, as refusals are found later. The address is not kept: the entry says which it covers. */
export const GateRefusal = z.object({
  atMs: z.int(),
  reference: Name,
  treatment: z.enum(REFUSAL_TREATMENTS),
  host: Name,
  /** As `refusalPath` makes it. */
  path: Name,
  /** `staff:` or `auto:` with the id, or with `#` and the number, of an entry; `feed:` with a name. */
  entry: Name,
  country: z.string().nullable(),
  asn: z.int().nullable(),
});
export type GateRefusal = z.infer<typeof GateRefusal>;

/** Refusals of one isolate in one stretch of time, by an id of their own, since a batch may be delivered twice. */
export const RefusalBatch = z.object({
  id: z.string().min(1),
  refusals: z.array(GateRefusal),
  /** What came beyond the batch's size: counted, and not to be found by reference. */
  counted: z.array(
    GateRefusal.pick({ atMs: true, treatment: true, path: true, entry: true, country: true }).extend({ count: z.int().positive() }),
  ),
});
export type RefusalBatch = z.infer<typeof RefusalBatch>;

const MOST_PATH = 200;
/** Digits with anything between them that people, or paths, put between groups of a card number. */
const SPREAD_DIGITS = /\d(?:[ ./_+-]{0,3}\d){12,22}/g;
/** Segments that are random: session ids, reset tokens, UUIDs. */
const RANDOM_SEGMENT = /[A-Za-z0-9_~=-]{24,}/g;

/** A path as it may be kept: decoded, without query, and without what may be a card number, a token or a secret. */
export function refusalPath(pathname: string): string {
  let path = pathname;
  // Twice, as an origin might.
  for (let times = 0; times < 2; times++) path = decoded(path);
  return redactText(path.replaceAll("\u0000", ""), 2_000)
    .replace(SPREAD_DIGITS, (run) => (holdsCardNumber(run.replace(/\D/g, "")) ? "[card]" : run))
    .replace(RANDOM_SEGMENT, "[token]")
    .slice(0, MOST_PATH);
}

/** Escape by escape: one that cannot be decoded leaves the others decoded. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}

function holdsCardNumber(digits: string): boolean {
  for (let from = 0; from + 13 <= digits.length; from++)
    for (let length = 13; length <= 19 && from + length <= digits.length; length++)
      if (isCardNumber(digits.slice(from, from + length))) return true;
  return false;
}
