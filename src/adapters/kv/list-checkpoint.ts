import * as z from "zod";
import type { World } from "../../core/access/api-key.ts";
import { ok } from "../../core/result.ts";
import type { CheckpointSource, CheckpointStore } from "../../ports/lists.ts";
import { within } from "../time/within.ts";

/** A head that is read while a newer one is on its way needs the snapshot before; each is written anew within a day. */
const KEPT_SECONDS = 7 * 86_400;

const Head = z.object({ version: z.int(), snapshot: z.int(), changes: z.array(z.string()), writtenAtMs: z.number() });
const headKey = (world: World): string => `lists:${world}:head`;
const snapshotKey = (world: World, version: number): string => `lists:${world}:snapshot:${version}`;

/** Where an isolate that begins while Redis is away finds the entries. A damaged value is none. */
export function createCheckpointSource(kv: Pick<KVNamespace, "get">, world: World): CheckpointSource {
  return {
    read: (budgetMs) =>
      within("kv", budgetMs, async () => {
        const head = parseHead(await kv.get(headKey(world), { type: "text" }));
        const snapshot = head === null ? null : await kv.get(snapshotKey(world, head.snapshot), { type: "text" });
        return head === null || snapshot === null ? null : { snapshot, changes: head.changes };
      }),
  };
}

export function createCheckpointStore(kv: KVNamespace, world: World): CheckpointStore {
  return {
    ...createCheckpointSource(kv, world),
    async head(budgetMs) {
      const text = await within("kv", budgetMs, () => kv.get(headKey(world), { type: "text" }));
      return text.ok ? ok(parseHead(text.value)) : text;
    },
    putHead: (head, budgetMs) => within("kv", budgetMs, () => kv.put(headKey(world), JSON.stringify(head))),
    putSnapshot: (version, text, budgetMs) =>
      within("kv", budgetMs, () => kv.put(snapshotKey(world, version), text, { expirationTtl: KEPT_SECONDS })),
  };
}

function parseHead(text: string | null): z.infer<typeof Head> | null {
  try {
    return text === null ? null : Head.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
