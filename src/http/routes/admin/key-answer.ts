import * as z from "zod";
import { ROLES, VERBS } from "../../../core/access/permission.ts";

export const KeyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(VERBS)).nullable(),
  world: z.enum(["live", "test"]),
  prefix: z.string(),
  last4: z.string(),
  requests_per_minute: z.int().nullable(),
  created_at: z.string(),
  created_by: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  rotated_to: z.string().nullable(),
  version: z.int(),
});
/** `key` is in this answer only. */
export const NewKeyAnswer = KeyAnswer.extend({ key: z.string() });
