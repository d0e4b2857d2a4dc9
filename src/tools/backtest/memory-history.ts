import type { EntityKind } from "../../core/event/entity.ts";
import { ENTITY_KINDS } from "../../core/event/entity.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { FactInput } from "../../core/features/fact-input.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { LogRole } from "../../core/velocity/history-group.ts";
import { RECORD } from "../../core/velocity/layout.ts";
import { emptyHeader, packRecord } from "../../core/velocity/record.ts";

/** Records kept of one entity: ten times what the service keeps, and still read in well under a millisecond. */
const MOST_RECORDS = 2_000;

/** The packed logs of every entity, in memory. */
export interface MemoryHistory {
  /** What an event finds before it is appended. */
  logsOf(event: CanonicalEvent, roles: readonly LogRole[]): Pick<FactInput, "logs" | "roles">;
  append(event: CanonicalEvent): void;
  /** Entities of which the oldest records had to be let go. */
  readonly cut: number;
}

/** Logs as the service packs them, but whole: what the service would fold into buckets stays exact here. */
export function createMemoryHistory(hash: DimensionHash): MemoryHistory {
  const logs = new Map<string, string>();
  const cut = new Set<string>();
  const logOf = (kind: EntityKind, value: string | undefined): string | undefined =>
    value === undefined ? undefined : logs.get(`${kind}|${value}`);

  return {
    logsOf(event, roles) {
      const own = ENTITY_KINDS.flatMap((kind) => {
        const log = logOf(kind, event.dimensions[kind]);
        return log === undefined ? [] : [[kind, log] as const];
      });
      const others = roles.flatMap(({ by, as }) => {
        const log = logOf(as, event.dimensions[by]);
        return log === undefined ? [] : [[`${by}>${as}`, log] as const];
      });
      return { logs: Object.fromEntries(own), roles: Object.fromEntries(others) };
    },
    append(event) {
      const record = packRecord(event, hash);
      for (const kind of ENTITY_KINDS) {
        const value = event.dimensions[kind];
        if (value === undefined) continue;
        const key = `${kind}|${value}`;
        const header = emptyHeader(event.occurredAtMs);
        const log = (logs.get(key) ?? header) + record;
        const isLong = log.length > header.length + MOST_RECORDS * RECORD.width;
        if (isLong) cut.add(key);
        logs.set(key, isLong ? header + log.slice(header.length + (MOST_RECORDS / 2) * RECORD.width) : log);
      }
    },
    get cut() {
      return cut.size;
    },
  };
}
