/** A clock on the wall of one time zone. */
export interface ZoneClock {
  /** 0–23. */
  hour(atMs: number): number;
  /** 1 (Monday) – 7. */
  weekday(atMs: number): number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones change their offset on a quarter of an hour. */
const QUARTER_MS = HOUR_MS / 4;
const REMEMBERED = 4_096;

/** The clock of an IANA zone. Throws RangeError for a name the platform does not know; see `isZone`. */
export function createZoneClock(zone: string): ZoneClock {
  const offset = zone === "UTC" ? () => 0 : offsetOf(zone);
  return {
    hour: (atMs) => Math.floor(modulo(atMs + offset(atMs), DAY_MS) / HOUR_MS),
    // 1970-01-01 was a Thursday, the fourth day.
    weekday: (atMs) => modulo(Math.floor((atMs + offset(atMs)) / DAY_MS) + 3, 7) + 1,
  };
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Offset from UTC in milliseconds; asking Intl takes microseconds, so each quarter of an hour is asked once. */
function offsetOf(zone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const known = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const startMs = quarter * QUARTER_MS;
      const part = Object.fromEntries(format.formatToParts(startMs).map(({ type, value }) => [type, Number(value)]));
      const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute);
      offset = local - startMs;
      if (known.size >= REMEMBERED) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
