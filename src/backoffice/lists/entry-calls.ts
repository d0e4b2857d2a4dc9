import * as z from "zod";
import { LISTED_KINDS, type ListedKind } from "../../core/lists/list-hit.ts";
import type { ListVerdict } from "../../ports/lists.ts";
import { EndAfter, EndTime } from "./entry-end.ts";

/** `user` is `client`. */
export const EntryType = z.enum([...LISTED_KINDS, "user"]);
const Reason = z.string().trim().min(1).max(500);
const Target = z.string().trim().min(1).max(512);
const Id = z.string().trim().min(1).max(200);

/** A new entry, whichever of the two lists it is for. */
export interface NewEntry {
  readonly kind: ListedKind;
  readonly text: string;
  readonly textPath: string;
  readonly verdict: ListVerdict;
  readonly reason: string;
  readonly end: { readonly at: string | null | undefined; readonly after: string | undefined; readonly atPath: string };
  readonly rules: readonly string[] | null;
  readonly reportId: string | null;
  readonly livemode: boolean;
  readonly confirm: boolean;
}

const kindOf = (type: z.infer<typeof EntryType>): ListedKind => (type === "user" ? "client" : type);

/** A block in the sources' names (S4.4); without `expiresAt` and `for` it lasts until it is ended. */
export const NewBlockCall = z.strictObject({
  type: EntryType,
  targetId: Target,
  reason: Reason,
  /** `challenge` asks visitors of the gate to prove a person instead of refusing them. */
  verdict: z.enum(["block", "challenge"]).default("block"),
  expiresAt: EndTime.nullable().optional(),
  for: EndAfter.optional(),
  reportId: Id.nullable().default(null),
  /** False blocks in the world of test keys. */
  livemode: z.boolean().default(true),
  /** Says that a block of one's own address, of a special range or of a large network is meant. */
  confirm: z.boolean().default(false),
});
export const NewBlock = NewBlockCall.transform(
  ({ type, targetId, expiresAt, for: after, ...call }): NewEntry => ({
    ...call,
    kind: kindOf(type),
    text: targetId,
    textPath: "targetId",
    end: { at: expiresAt, after, atPath: "expiresAt" },
    rules: null,
  }),
);

/** A whitelist entry (S4.7): it silences all rules and its own entity's blocks, or only the rules it names. */
export const NewTrustCall = z.strictObject({
  type: EntryType,
  value: Target,
  reason: Reason,
  rules: z.array(Id).min(1).max(100).nullable().default(null),
  expires_at: EndTime.nullable().optional(),
  for: EndAfter.optional(),
  livemode: z.boolean().default(true),
  confirm: z.boolean().default(false),
});
export const NewTrust = NewTrustCall.transform(
  ({ type, value, expires_at, for: after, ...call }): NewEntry => ({
    ...call,
    verdict: "allow",
    kind: kindOf(type),
    text: value,
    textPath: "value",
    end: { at: expires_at, after, atPath: "expires_at" },
    reportId: null,
  }),
);
