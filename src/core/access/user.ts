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

/** How passwords are written around a name: `4nn` for `ann`; l, i and 1 look alike. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  l: "i",
  "!": "i",
  "|": "i",
  "3": "e",
  "4": "a",
  "@": "a",
  "5": "s",
  $: "s",
  "7": "t",
};
const plain = (text: string): string =>
  [...text.normalize("NFKC").toLowerCase()]
    .map((character) => LOOK_ALIKES[character] ?? character)
    .filter((character) => /[\p{L}\p{N}]/u.test(character))
    .join("");

/** Whether a password contains the user's name, or what stands before its `@`: in any case, backwards, with look-alikes or other separators. */
export function containsName(password: string, username: string): boolean {
  const [local = ""] = username.split("@");
  const written = plain(password);
  const backwards = [...written].reverse().join("");
  return [username, local].some((name) => {
    const wanted = plain(name);
    // Two letters are part of most sentences: such a name is looked for as it is written.
    if (wanted.length < 3) return password.toLowerCase().includes(name);
    return written.includes(wanted) || backwards.includes(wanted);
  });
}

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
  /** Whether a code of a second factor is asked for. */
  readonly hasSecondFactor: boolean;
  /** Raised by every change; what optimistic locking compares. */
  readonly version: number;
}
