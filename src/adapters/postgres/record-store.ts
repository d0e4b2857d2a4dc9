import { ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { RecordStore } from "../../ports/records.ts";
import { addDeadLetter } from "./add-dead-letter.ts";
import type { Database } from "./database.ts";
import { findDecision } from "./find-decision.ts";
import { findEvents } from "./find-events.ts";
import { latestLabel, putLabel } from "./labels.ts";
import { putProfile } from "./put-profile.ts";
import { readStats } from "./read-stats.ts";
import { type RecordOptions, recordEntries } from "./record-entries.ts";
import { listUnappended, markAppended } from "./unappended.ts";

/** What happened, in Postgres. */
export function createRecordStore(database: Database, currency: RecordOptions["currency"]): RecordStore {
  return {
    record: async (entries, budgetMs): Promise<Result<void, SourceFault>> => {
      const recorded = await recordEntries(database, entries, { currency, budgetMs });
      return recorded.ok ? ok(undefined) : recorded;
    },
    findDecision: (id, stage, livemode, budgetMs) => findDecision(database, { id, stage, livemode }, budgetMs),
    findEvent: async (id, livemode, budgetMs) => {
      const found = await findEvents(database, [id], livemode, budgetMs);
      return found.ok ? ok(found.value.get(id) ?? null) : found;
    },
    findEvents: (ids, livemode, budgetMs) => findEvents(database, ids, livemode, budgetMs),
    putLabel: (label, budgetMs) => putLabel(database, label, budgetMs),
    latestLabel: (decisionId, budgetMs) => latestLabel(database, decisionId, budgetMs),
    putProfile: (clientId, values, livemode, budgetMs) => putProfile(database, { clientId, livemode, values }, budgetMs),
    stats: (livemode, budgetMs) => readStats(database, livemode, budgetMs),
    unappended: (limit, budgetMs) => listUnappended(database, limit, budgetMs),
    markAppended: (events, budgetMs) => markAppended(database, events, budgetMs),
    addDeadLetter: (text, reason, budgetMs) => addDeadLetter(database, text, reason, budgetMs),
  };
}
