import * as z from "zod";
import { STAFF_ROLES, type StaffRole } from "./permission.ts";

/** How staff sign in: a name or an e-mail address, in lower case. */
export const Username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._+@-]{1,99}$/, "must be 2 to 100 letters, digits and `. _ + @ -`, starting with a letter or digit");

/** A new password: length is what counts (NIST SP 800-63B-4); at most 256 characters, so that hashing stays bounded. */
export const NewPassword = z.string().min(15, "must have at least 15 characters").max(256, "must have at most 256 characters");

/** A password as it is tried. */
export const TriedPassword = z.string().min(1).max(256);

export const StaffRoleName = z.enum(STAFF_ROLES);

/** A user without the password. */
export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly role: StaffRole;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly disabledAtMs: number | null;
  /** Raised by every change; what optimistic locking compares. */
  readonly version: number;
}
