import type { ListHit } from "../../core/lists/list-hit.ts";
import { ok } from "../../core/result.ts";
import type { Answer, SourceFault } from "../../ports/answer.ts";
import type { ListEntry, MarkedEntity } from "../../ports/lists.ts";
import type { ListServices } from "./list-services.ts";
import { publishChanges } from "./publish-changes.ts";

const BUDGET_MS = 5_000;
/** Marks that are written in one request. */
const MARKS_AT_ONCE = 1_000;
/** How often a mark is written again because somebody changed an entry meanwhile. */
const TRIES = 3;

export type ForceDeps = Pick<ListServices, "entries" | "state" | "marks" | "stores"> & { readonly clock: () => number };

/**
 * Brings changed entries into force everywhere: marks of their entities at once, the lists of their worlds within the poll. Reads what is in force
 * from the record, so it may be repeated and comes in any order. Gives the stores that did not take it; the schedule writes those within a minute.
 */
export async function bringIntoForce(
  deps: ForceDeps,
  changed: readonly Pick<ListEntry, "livemode" | "kind" | "entity">[],
): Promise<readonly SourceFault["source"][]> {
  const worlds = new Set(changed.map(({ livemode }) => livemode));
  const answers = await Promise.all([
    writeMarks(deps, markedOf(changed)),
    ...[...worlds].map((livemode) => publishChanges(deps, livemode)),
  ]);
  return [...new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.source])))];
}

/** Entities that have marks, each once. */
function markedOf(changed: readonly Pick<ListEntry, "livemode" | "kind" | "entity">[]): MarkedEntity[] {
  const marked = new Map<string, MarkedEntity>();
  for (const { livemode, kind, entity } of changed)
    if (entity !== null) marked.set(placeOf({ livemode, kind, entity }), { livemode, kind, entity });
  return [...marked.values()];
}

const placeOf = ({ livemode, kind, entity }: MarkedEntity): string => `${livemode} ${kind} ${entity}`;

/** Writes the marks of entities as the record has them. */
export async function writeMarks(deps: Omit<ForceDeps, "state" | "stores">, of: readonly MarkedEntity[]): Answer<void> {
  for (let from = 0; from < of.length; from += MARKS_AT_ONCE) {
    const written = await writeSome(deps, of.slice(from, from + MARKS_AT_ONCE));
    if (!written.ok) return written;
  }
  return ok(undefined);
}

async function writeSome(deps: Omit<ForceDeps, "state" | "stores">, of: readonly MarkedEntity[]): Answer<void> {
  let written = "";
  for (let tries = 0; tries < TRIES; tries++) {
    const nowMs = deps.clock();
    const read = await deps.entries.ofEntities(of, nowMs, BUDGET_MS);
    if (!read.ok) return read;
    // Written and then read again: whoever changed an entry in between finds our mark over theirs, or we find their entry here.
    const seen = JSON.stringify(read.value.map(({ id, version }) => [id, version]));
    if (tries > 0 && seen === written) return ok(undefined);
    written = seen;
    const byPlace = Map.groupBy(read.value, (entry) => placeOf({ ...entry, entity: entry.entity ?? "" }));
    const marks = of.map((one) => ({ of: one, entries: (byPlace.get(placeOf(one)) ?? []).flatMap(hitOf) }));
    const put = await deps.marks.put(marks, nowMs, BUDGET_MS);
    if (!put.ok) return put;
  }
  return ok(undefined);
}

function hitOf({ verdict, id, kind, value, reason, source, expiresAtMs, rules }: ListEntry): ListHit[] {
  return verdict === "challenge" ? [] : [{ verdict, id, kind, value, reason, source, expiresAtMs, rules }];
}
