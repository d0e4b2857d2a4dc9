import { EVENT_TYPES } from "../event/event.ts";
import { decode, encode } from "./alphabet.ts";
import { COLUMN_VERSION, CORE, SECTION_HEAD } from "./column-layout.ts";
import { BUCKET, COUNT_WIDTH, HEADER, NO_TIME, POSITION, TIME_WIDTH } from "./layout.ts";
import { bucketCount } from "./log-header.ts";

/** Evicted events of one type. */
export interface Bucket {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Those of `count` that are in `sumMinor`: with an amount, neither blocked nor declined. */
  readonly summed: number;
  readonly sumMinor: number;
}
/** Evicted events of one type as they are written: when there were any, and their buckets, oldest first. */
export interface EvictedType {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly buckets: readonly LevelledBucket[];
}
export interface LevelledBucket extends Bucket {
  readonly level: number;
}
/** All that a log remembers of the events it evicted. */
export interface Evicted {
  readonly untilMs: number;
  /** Newest position with its time, as it is written. */
  readonly place: string;
  readonly types: ReadonlyMap<number, EvictedType>;
  /** Header fields and sections that a later version added, kept as they are. */
  readonly rest: string;
}

const NO_PLACE = NO_TIME + encode(0, POSITION.width);
export const NOTHING_EVICTED: Evicted = { untilMs: 0, place: NO_PLACE, types: new Map(), rest: "" };

/** What a core column's header says; `null` has evicted nothing. */
export function readEvicted(core: string | null): Evicted {
  if (core === null || core[0] !== COLUMN_VERSION) return NOTHING_EVICTED;
  const stop = decode(core, CORE.length, CORE.lengthWidth);
  const types = new Map<number, EvictedType>();
  let rest = "";
  for (let at: number = CORE.sections; at + SECTION_HEAD.width <= stop; ) {
    const tag = decode(core, at, 1);
    const from = at + SECTION_HEAD.width;
    const to = from + decode(core, at + SECTION_HEAD.length, SECTION_HEAD.lengthWidth);
    if (tag < EVENT_TYPES.length) {
      types.set(tag, {
        firstMs: decode(core, from, TIME_WIDTH),
        lastMs: decode(core, from + TIME_WIDTH, TIME_WIDTH),
        buckets: readBuckets(core, from + 2 * TIME_WIDTH, to),
      });
    } else rest += core.slice(at, to);
    at = to;
  }
  return {
    untilMs: decode(core, CORE.evictedUntil, TIME_WIDTH),
    place: core.slice(CORE.place, CORE.place + CORE.placeWidth),
    types,
    rest,
  };
}

/** The same from the header of a log in the previous format. */
export function readPreviousEvicted(log: string): Evicted {
  const untilMs = decode(log, HEADER.evictedUntil, TIME_WIDTH);
  if (untilMs === 0) return NOTHING_EVICTED;
  const types = new Map<number, EvictedType>();
  let at: number = HEADER.width;
  for (let type = 0; type < EVENT_TYPES.length; type++) {
    const to = at + bucketCount(log, type) * BUCKET.width;
    const seen = HEADER.seen + 2 * type * TIME_WIDTH;
    const firstMs = decode(log, seen, TIME_WIDTH);
    if (firstMs > 0) types.set(type, { firstMs, lastMs: decode(log, seen + TIME_WIDTH, TIME_WIDTH), buckets: readBuckets(log, at, to) });
    at = to;
  }
  return { untilMs, place: log.slice(HEADER.place, HEADER.place + HEADER.placeWidth), types, rest: "" };
}

/** The header of a core column whose cells end at the event with this number. */
export function writeCoreHeader(end: number, { untilMs, place, types, rest }: Evicted): string {
  let sections = "";
  for (const [type, { firstMs, lastMs, buckets }] of [...types].sort(([a], [b]) => a - b)) {
    const body = encode(firstMs, TIME_WIDTH) + encode(lastMs, TIME_WIDTH) + buckets.map(writeBucket).join("");
    sections += encode(type, 1) + encode(body.length, SECTION_HEAD.lengthWidth) + body;
  }
  const length = CORE.sections + sections.length + rest.length;
  return (
    COLUMN_VERSION + encode(length, CORE.lengthWidth) + encode(end, CORE.endWidth) + encode(untilMs, TIME_WIDTH) + place + sections + rest
  );
}

/** What two parts of one history evicted, together. */
export function joinEvicted(a: Evicted, b: Evicted): Evicted {
  if (a.untilMs === 0 && a.rest === "") return b;
  if (b.untilMs === 0 && b.rest === "") return a;
  const types = new Map(a.types);
  for (const [type, one] of b.types) {
    const known = types.get(type);
    if (known === undefined) types.set(type, one);
    else
      types.set(type, {
        firstMs: Math.min(known.firstMs, one.firstMs),
        lastMs: Math.max(known.lastMs, one.lastMs),
        // Coarse ones are old ones: levels never rise along a list.
        buckets: compacted([...known.buckets, ...one.buckets].sort((x, y) => y.level - x.level || x.firstMs - y.firstMs)),
      });
  }
  return { untilMs: Math.max(a.untilMs, b.untilMs), place: laterPlace(a.place, b.place), types, rest: a.rest + b.rest };
}

/** Equal widths of the alphabet order as their times do; the second stands when both are of one time. */
export function laterPlace(a: string, b: string): string {
  return b.slice(0, TIME_WIDTH) >= a.slice(0, TIME_WIDTH) ? b : a;
}

/** Adds a bucket of level 0: a level that is over its number gives its two oldest to the next. */
export function withBucket(buckets: readonly LevelledBucket[], added: Bucket): readonly LevelledBucket[] {
  return compacted([...buckets, { ...added, level: 0 }]);
}

/** An exponential histogram (layout.ts), put in order again after it grew. */
function compacted(buckets: readonly LevelledBucket[]): readonly LevelledBucket[] {
  const list = [...buckets];
  const mergeAt = (at: number): void => {
    const [a, b] = [list[at], list[at + 1]];
    if (a !== undefined && b !== undefined) list.splice(at, 2, merged(a, b));
  };
  const highest = Math.max(0, ...list.map(({ level }) => level));
  for (let level = 0; level <= highest + 1; level++)
    for (let own = count(list, level); own > BUCKET.perLevel; own = count(list, level))
      mergeAt(list.findIndex((one) => one.level === level));
  while (list.length > BUCKET.most) mergeAt(0);
  return list;
}

const count = (list: readonly LevelledBucket[], level: number): number => list.filter((one) => one.level === level).length;

function merged(a: LevelledBucket, b: LevelledBucket): LevelledBucket {
  return {
    level: a.level + 1,
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
    count: a.count + b.count,
    summed: a.summed + b.summed,
    sumMinor: a.sumMinor + b.sumMinor,
  };
}

function readBuckets(text: string, from: number, to: number): LevelledBucket[] {
  const buckets: LevelledBucket[] = [];
  for (let at = from; at + BUCKET.width <= to; at += BUCKET.width)
    buckets.push({
      level: decode(text, at + BUCKET.level, 1),
      firstMs: decode(text, at + BUCKET.first, TIME_WIDTH),
      lastMs: decode(text, at + BUCKET.last, TIME_WIDTH),
      count: decode(text, at + BUCKET.count, COUNT_WIDTH),
      summed: decode(text, at + BUCKET.summed, COUNT_WIDTH),
      sumMinor: decode(text, at + BUCKET.sum, BUCKET.sumWidth),
    });
  return buckets;
}

function writeBucket({ level, firstMs, lastMs, count: events, summed, sumMinor }: LevelledBucket): string {
  return (
    encode(level, 1) +
    encode(firstMs, TIME_WIDTH) +
    encode(lastMs, TIME_WIDTH) +
    encode(events, COUNT_WIDTH) +
    encode(summed, COUNT_WIDTH) +
    encode(sumMinor, BUCKET.sumWidth)
  );
}
