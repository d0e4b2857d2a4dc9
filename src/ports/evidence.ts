import type { World } from "../core/access/api-key.ts";
import type { Chargeback } from "../core/evidence/chargeback.ts";
import type { Communication } from "../core/evidence/communication.ts";
import type { Delivery } from "../core/evidence/delivery.ts";
import type { Dossier } from "../core/evidence/dossier.ts";
import type { EvidenceFile } from "../core/evidence/evidence-file.ts";
import type { RecordedEvent, RecordedTransaction } from "../core/evidence/gather-facts.ts";
import type { FileFault } from "../core/evidence/inspect-file.ts";
import type { TransactionFacts } from "../core/evidence/transaction-facts.ts";
import type { Result } from "../core/result.ts";
import type { Answer, SourceFault } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** One transaction of one world. */
export interface Disputed {
  readonly transactionId: string;
  readonly world: World;
}
/** A file with where its bytes are and its data key, wrapped by the master key of that id. */
export interface StoredFile extends EvidenceFile {
  readonly objectKey: string;
  readonly secret: WrappedSecret;
}
export interface WrappedSecret {
  readonly master: string;
  readonly wrapped: string;
}
/** What was added to a transaction for a dispute. */
export interface EvidenceRecord extends Disputed {
  readonly clientId: string | null;
  readonly chargeback: Omit<Chargeback, "transactionId" | "livemode"> | null;
  readonly snapshot: {
    readonly facts: TransactionFacts;
    readonly text: string;
    readonly takenAtMs: number;
    readonly sha256: string;
  } | null;
  readonly delivery: Delivery;
  readonly communications: readonly Communication[];
  /** Removed ones are left out. */
  readonly files: readonly StoredFile[];
  readonly holdUntilMs: number | null;
  readonly version: number;
}
/** What `keep` writes of a chargeback; of a second one only what is new. */
export interface KeptChargeback {
  readonly chargeback: Chargeback;
  readonly clientId: string | null;
  readonly snapshot: { readonly text: string; readonly sha256: string } | null;
  readonly holdUntilMs: number;
  readonly nowMs: number;
}

/** Evidence in Postgres. */
export interface EvidenceStore {
  /** Everything recorded about a transaction; null when nothing is. */
  gather(of: Disputed, budgetMs: number): Answer<RecordedTransaction | null>;
  /** Authorised or captured transactions of the same client (of the same card, of one without an account) in a span of time, never disputed nor called fraud; newest first. */
  prior(of: RecordedTransaction, fromMs: number, toMs: number, budgetMs: number): Answer<readonly RecordedEvent[]>;
  find(of: Disputed, budgetMs: number): Answer<EvidenceRecord | null>;
  /** Keeps a chargeback and, the first time, what is known at that moment. Repeating it changes nothing. */
  keep(kept: KeptChargeback, budgetMs: number): Answer<void>;
  /** @param version of the record that is replaced; null makes one */
  settingDelivery(of: Disputed, clientId: string | null, delivery: Delivery, version: number | null, atMs: number): StaffChange;
  addingCommunication(of: Disputed, clientId: string | null, communication: Communication, atMs: number): StaffChange;
  addingFile(of: Disputed, clientId: string | null, file: StoredFile, atMs: number): StaffChange;
  /** Its bytes stay until the record goes. */
  removingFile(file: Pick<StoredFile, "id" | "version">, by: string, atMs: number): StaffChange;
  /** Remembers an upload before it begins, so that one that never ends leaves nothing: `addingFile` forgets it, `abandoned` finds it. */
  beginUpload(objectKey: string, atMs: number, budgetMs: number): Answer<void>;
  /** Keys of uploads that began before a time, and of files whose record's time is over. */
  abandoned(beganBeforeMs: number, limit: number, budgetMs: number): Answer<readonly string[]>;
  forgetUploads(objectKeys: readonly string[], budgetMs: number): Answer<void>;
  /** Forgets records past their hold that were made before a time; their files become abandoned uploads. Gives how many. */
  expire(madeBeforeMs: number, nowMs: number, budgetMs: number): Answer<number>;
}

/** A file's bytes on their way in. */
export interface IncomingFile {
  readonly id: string;
  readonly objectKey: string;
  readonly contentType: EvidenceFile["content_type"];
  readonly sizeBytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}
export type FileRefusal = SourceFault | { readonly source: "body"; readonly reason: FileFault };

/** Files in object storage, encrypted on the way (AES-256-GCM), never in memory as a whole. */
export interface EvidenceFiles {
  /** All of it is stored or nothing; refused when its bytes are not what was said of them. Gives the SHA-256 of the contents and the wrapped data key. */
  put(file: IncomingFile, budgetMs: number): Promise<Result<{ readonly sha256: string; readonly secret: WrappedSecret }, FileRefusal>>;
  /** Its contents as they are read, whose iteration throws when they were tampered with; null when the object is not there. `invalid`: the master key is not. */
  read(file: Pick<StoredFile, "id" | "objectKey" | "secret">, budgetMs: number): Answer<AsyncIterable<Uint8Array> | null>;
  delete(objectKeys: readonly string[], budgetMs: number): Answer<void>;
}

/** A dossier as a document for people. `degraded` names what could not be set, as a script without a font. */
export interface DossierPrinter {
  print(dossier: Dossier): Promise<{ readonly pdf: Uint8Array; readonly missing: readonly string[] }>;
}

/** Bytes of an archive as they are made, one entry after the other. */
export type Archiver = (
  entries: AsyncIterable<{ readonly name: string; readonly atMs: number; readonly body: AsyncIterable<Uint8Array> }>,
) => AsyncIterable<Uint8Array>;
