import * as z from "zod";
import { EntryType } from "../../../../backoffice/lists/entry-calls.ts";
import { readEntryValue } from "../../../../backoffice/lists/entry-value.ts";
import { networkText, parseNetwork } from "../../../../core/address/network.ts";
import type { ListedKind } from "../../../../core/lists/list-hit.ts";
import type { EntryPlace, EntryQuery } from "../../../../ports/lists.ts";

const Flag = z.enum(["true", "false"]);
/** The `next` of a page: a time and an id. */
const Place = z.string().regex(/^\d{1,15}_.{1,100}$/, "must be the `next` of the page before");

export const EntryListQuery = z.strictObject({
  type: EntryType.optional(),
  is_active: Flag.optional(),
  /** In any spelling. */
  value: z.string().min(1).max(512).optional(),
  /** A part of value or reason. */
  q: z.string().min(1).max(200).optional(),
  source: z.enum(["staff", "auto"]).optional(),
  livemode: Flag.optional(),
  before: Place.optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(50),
  /** `netset` has the addresses and networks only, one a line. */
  format: z.enum(["json", "csv", "netset"]).default("json"),
});

export function toEntryQuery(query: z.infer<typeof EntryListQuery>): Omit<EntryQuery, "verdicts" | "nowMs"> {
  const typed: ListedKind | null = query.type === undefined ? null : query.type === "user" ? "client" : query.type;
  const kind = query.format === "netset" ? "ip" : typed;
  const flag = (text: "true" | "false" | undefined): boolean | null => (text === undefined ? null : text === "true");
  return {
    kind,
    isInForce: flag(query.is_active),
    value: query.value === undefined ? null : canonical(kind, query.value),
    text: query.q ?? null,
    source: query.source ?? null,
    livemode: flag(query.livemode),
    before: query.before === undefined ? null : readPlace(query.before),
    limit: query.limit,
  };
}

export const writePlace = ({ createdAtMs, id }: EntryPlace): string => `${createdAtMs}_${id}`;

function readPlace(text: string): EntryPlace {
  const at = text.indexOf("_");
  return { createdAtMs: Number(text.slice(0, at)), id: text.slice(at + 1) };
}

/** As it would be stored; what cannot be stored is found nowhere. */
function canonical(kind: ListedKind | null, text: string): string {
  if (kind === null) {
    const network = parseNetwork(text);
    return network === null ? text : networkText(network);
  }
  const value = readEntryValue(kind, text);
  return value.ok ? value.value.value : text;
}
