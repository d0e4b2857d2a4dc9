import type { KeyDeps } from "../../../backoffice/api-keys/key-deps.ts";
import type { UserDeps } from "../../../backoffice/users/user-deps.ts";
import type { Services } from "../../../pipeline/services.ts";

/** What the verbs on keys and users need. */
export function accessDepsOf({ access, auth, staff, newId, clock }: Services): KeyDeps & UserDeps {
  return { ...access, digest: auth.digest, revokeTokens: auth.revocations.revokeSubject, writes: staff, newId, clock };
}
