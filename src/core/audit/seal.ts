import { withoutCardNumbers } from "../privacy/find-card-numbers.ts";
import { openBox, sealBox, unwrapKey, wrapKey } from "../secrecy/envelope.ts";
import { type AuditDetails, type AuditEntry, type AuditTarget, storable, targetText, withoutCards } from "./entry.ts";
import type { MasterKeys } from "./master-keys.ts";
import { withoutSecrets } from "./redact.ts";

/** A row as it is stored and chained: what is personal is only in `sealed`. */
export interface SealedEntry {
  readonly id: string;
  readonly atMs: number;
  readonly world: string;
  readonly actor: string;
  readonly role: string | null;
  readonly action: string;
  readonly target: string;
  readonly success: boolean;
  readonly requestId: string;
  /** JSON text. */
  readonly details: string;
  /** JSON text: the boxes of the persons in the row, each naming its data key. */
  readonly sealed: string;
}
/** A person's data key, wrapped by a master key; erasing it erases what it sealed. */
export interface WrappedKey {
  readonly id: string;
  /** Keyed digest of the person. */
  readonly subject: string;
  readonly wrapped: string;
  readonly master: string;
}
export interface SealedBatch {
  readonly entries: readonly SealedEntry[];
  readonly keys: readonly WrappedKey[];
}
/** What a row held of one person: `actor` (name, address) or `target`; null once that person's keys are erased. */
export interface OpenedPart {
  readonly of: "actor" | "target";
  readonly values: AuditDetails | null;
}
interface Box {
  readonly of: "actor" | "target";
  readonly key: string;
  readonly box: string;
}

export interface AuditSealer {
  /** Takes secrets out and encrypts what is personal: one fresh data key per person in the batch, so sealing needs no look-up. */
  seal(entries: readonly AuditEntry[]): Promise<SealedBatch>;
  /** Reads the boxes of a row with the keys that are still there. Throws when a box was tampered with. */
  open(row: { readonly id: string; readonly sealed: string }, keys: readonly WrappedKey[]): Promise<readonly OpenedPart[]>;
  /** The name under which a person's data keys are kept. */
  subjectOf(target: AuditTarget): Promise<string>;
  /** A target as rows name it. */
  targetOf(target: AuditTarget): Promise<string>;
}

/** The data keys that a row's boxes need. */
export const keyIdsOf = (sealed: string): string[] => (JSON.parse(sealed) as readonly Box[]).map(({ key }) => key);

export interface SealerOptions {
  readonly masters: MasterKeys;
  /** Keyed digest of a personal value, in hex. */
  readonly digest: (text: string) => Promise<string>;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  readonly newId: () => string;
}

/** AES-256-GCM per person, each data key wrapped by the newest master key (architecture: issue 3, part 3). */
export function createAuditSealer({ masters, digest, randomBytes, newId }: SealerOptions): AuditSealer {
  const subjectOf = (target: AuditTarget): Promise<string> => digest(`${target.kind}\n${target.id}`);
  const targetOf = async (target: AuditTarget): Promise<string> =>
    targetText(withoutCardNumbers(target), target.isPersonal ? (await subjectOf(target)).slice(0, 32) : "");

  return {
    subjectOf,
    targetOf,
    async seal(entries) {
      const dataKeys = new Map<string, { readonly raw: Uint8Array<ArrayBuffer>; readonly wrapped: WrappedKey }>();
      const keyOf = async (subject: string) => {
        const known = dataKeys.get(subject);
        if (known !== undefined) return known;
        const [raw, id] = [randomBytes(32), newId()];
        const { id: master, key } = await masters.newest();
        const made = { raw, wrapped: { id, subject, master, wrapped: await wrapKey(key, raw, randomBytes(12), id) } };
        dataKeys.set(subject, made);
        return made;
      };
      const boxOf = async (of: Box["of"], rowId: string, subject: string, values: AuditDetails): Promise<Box> => {
        const { raw, wrapped } = await keyOf(subject);
        const text = JSON.stringify(withoutSecrets(values));
        return { of, key: wrapped.id, box: await sealBox(raw, text, randomBytes(12), `${rowId}\n${wrapped.id}`) };
      };
      const sealed: SealedEntry[] = [];
      for (const given of entries) {
        const entry = withoutCards(given);
        const boxes: Box[] = [];
        const who = { name: entry.actor.name, address: entry.address };
        if (who.name !== null || who.address !== null) {
          // Of callers without a key an address is all that is known: it is its own person.
          const person = entry.actor.id === "anonymous" ? `address\n${entry.address}` : `actor\n${entry.actor.id}`;
          boxes.push(await boxOf("actor", entry.id, await digest(person), who));
        }
        if (entry.personal !== null) boxes.push(await boxOf("target", entry.id, await subjectOf(entry.target), entry.personal));
        sealed.push({
          id: entry.id,
          atMs: Math.round(entry.atMs),
          world: entry.world,
          actor: storable(entry.actor.id),
          role: entry.actor.role,
          action: storable(entry.action),
          target: await targetOf(entry.target),
          success: entry.success,
          requestId: storable(entry.requestId),
          details: JSON.stringify(withoutSecrets(entry.details)),
          sealed: JSON.stringify(boxes),
        });
      }
      return { entries: sealed, keys: [...dataKeys.values()].map(({ wrapped }) => wrapped) };
    },
    async open(row, keys) {
      const parts: OpenedPart[] = [];
      for (const { of, key: keyId, box } of JSON.parse(row.sealed) as readonly Box[]) {
        const wrapped = keys.find(({ id }) => id === keyId);
        const master = wrapped === undefined ? null : await masters.byId(wrapped.master);
        if (wrapped === undefined || master === null) {
          parts.push({ of, values: null });
          continue;
        }
        const raw = await unwrapKey(master, wrapped.wrapped, keyId);
        parts.push({ of, values: JSON.parse(await openBox(raw, box, `${row.id}\n${keyId}`)) as AuditDetails });
      }
      return parts;
    },
  };
}
