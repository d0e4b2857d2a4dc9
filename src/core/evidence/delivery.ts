import * as z from "zod";
import { PostalAddress, Timestamp } from "../event/fields.ts";

const Line = z.string().trim().min(1).max(200);

/** One parcel, download or service handed over: who carried it, where it is known and who took it. */
export const Parcel = z.strictObject({
  carrier: Line,
  tracking_number: z.string().trim().min(1).max(64).optional(),
  description: Line.optional(),
  status: z.enum(["shipped", "in_transit", "delivered", "picked_up", "returned", "failed"]),
  shipped_at: Timestamp.optional(),
  delivered_at: Timestamp.optional(),
  /** Where it went; the name is the recipient's. */
  address: PostalAddress.omit({ amount: true }).optional(),
  signature: z.strictObject({ signed_by: Line, signed_at: Timestamp.optional(), note: Line.optional() }).optional(),
});
export type Parcel = z.infer<typeof Parcel>;

/** All parcels of a transaction; the list is replaced as a whole. */
export const Delivery = z.array(Parcel).max(20);
export type Delivery = z.infer<typeof Delivery>;
