import * as z from "zod";
import { REPORT_STATUSES } from "../../core/reports/report.ts";
import { EntryType } from "../lists/entry-calls.ts";
import { EndAfter } from "../lists/entry-end.ts";
import { ListName } from "../lists/named-list-deps.ts";

/** What confirming a report adds to the block list, or to a named list. */
export const ListedValue = z.strictObject({
  kind: EntryType,
  /** Left out it is every value of this kind that the report names. */
  value: z.string().trim().min(1).max(512).optional(),
  /** A named list; the block list when left out. */
  list: ListName.optional(),
  /** How long a block lasts; until it is ended when left out. */
  for: EndAfter.optional(),
});
export type ListedValue = z.infer<typeof ListedValue>;

export const MoveBody = z.strictObject({
  to: z.enum(REPORT_STATUSES),
  /** What came of it. */
  resolution: z.string().trim().min(1).max(2_000).optional(),
  /** Why, for the history. */
  note: z.string().trim().min(1).max(2_000).optional(),
  lists: z.array(ListedValue).max(50).default([]),
  /** Says that blocking one's own address, a special range or a large network is meant. */
  confirm: z.boolean().default(false),
  version: z.int().positive().optional(),
});
