import type { World } from "../access/api-key.ts";
import { withoutCardNumbers } from "../privacy/find-card-numbers.ts";

/** What was acted upon. A personal id (a client, an e-mail address) is stored as a keyed digest, never in clear. */
export interface AuditTarget {
  /** `api_key`, `ruleset`, `client`, `route`… */
  readonly kind: string;
  readonly id: string;
  readonly isPersonal: boolean;
}

/** JSON values by name; secrets are taken out again before anything is stored (`withoutSecrets`). */
export type AuditDetails = Readonly<Record<string, unknown>>;

/** One row of the audit log before it is sealed: who did what to what, and whether it was done. */
export interface AuditEntry {
  /** Made where it happened; the same id is appended once, however often it is delivered. */
  readonly id: string;
  readonly atMs: number;
  readonly world: World;
  /** `name` is personal and sealed; `id` is a key's, a user's, or `anonymous`, `cli`, `system`. */
  readonly actor: { readonly id: string; readonly name: string | null; readonly role: string | null };
  /** `subject.verb`: `ruleset.publish`, `access.refused`. */
  readonly action: string;
  readonly target: AuditTarget;
  readonly success: boolean;
  /** Where the call came from; personal, sealed with the actor's name. */
  readonly address: string | null;
  readonly requestId: string;
  /** Of a staff action: `before` and `after`. */
  readonly details: AuditDetails;
  /** Personal details of the target, sealed under the target's own key; null when there are none. */
  readonly personal: AuditDetails | null;
}

/** The target as the log stores and finds it: `kind:id`, a personal id as `kind:#digest`. */
export function targetText(target: AuditTarget, digest: string): string {
  return storable(target.isPersonal ? `${target.kind}:#${digest}` : `${target.kind}:${target.id}`);
}

/** Text that Postgres takes: NUL and lone surrogates become U+FFFD; at most 512 characters. */
export function storable(text: string): string {
  return text.slice(0, 512).replaceAll("\0", "\ufffd").toWellFormed();
}

/**
 * An entry without card numbers, whatever its caller put into it: what is sealed and what waits in the queue both pass through here. The target's id
 * stays when it is personal: it is stored as a keyed digest alone.
 */
export function withoutCards(entry: AuditEntry): AuditEntry {
  const { id, target, ...rest } = entry;
  return { ...withoutCardNumbers(rest), id, target: target.isPersonal ? target : withoutCardNumbers(target) };
}
