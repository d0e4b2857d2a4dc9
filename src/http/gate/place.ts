import * as z from "zod";
import type { Place } from "../../pipeline/gate/gate-lists.ts";

export const NOWHERE: Place = { country: null, asn: null };
/** What the platform says of the connection; parsed, because a laptop's stand-in says other things. */
const Connection = z.object({
  country: z
    .string()
    .regex(/^[A-Z][A-Z0-9]$/)
    .nullable()
    .catch(null),
  asn: z.int().positive().nullable().catch(null),
});

/** Where the platform places the connection of a request. */
export function placeOf(request: Request): Place {
  const connection: unknown = "cf" in request ? request.cf : undefined;
  return typeof connection === "object" && connection !== null ? Connection.parse(connection) : NOWHERE;
}
