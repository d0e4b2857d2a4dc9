import type { World } from "../../core/access/api-key.ts";
import type {
  BaseStore,
  CheckpointStore,
  EntryStore,
  FeedStore,
  ListStateStore,
  ListStore,
  MarkStore,
  NamedListStore,
} from "../../ports/lists.ts";
import type { LiveLists } from "./live-lists.ts";

/** The lists: their record, and what brings it into force. */
export interface ListServices {
  readonly entries: EntryStore;
  readonly feeds: FeedStore;
  readonly named: NamedListStore;
  readonly state: ListStateStore;
  readonly marks: MarkStore;
  readonly stores: Readonly<Record<World, ListStore>>;
  readonly checkpoints: Readonly<Record<World, CheckpointStore>>;
  readonly bases: BaseStore;
  /** SHA-256 in hex. */
  readonly hashOf: (bytes: ArrayBuffer) => Promise<string>;
  /** What this isolate decides with. */
  readonly live: Readonly<Record<World, LiveLists>>;
}
