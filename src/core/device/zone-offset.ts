const REMEMBERED = 1_000;
/** Making a formatter takes longer than everything else a decision does; null is no zone. */
const formats = new Map<string, Intl.DateTimeFormat | null>();

/** Minutes a time zone is east of UTC at a time; null for a name that is no IANA zone. */
export function offsetMinutesOf(zone: string, atMs: number): number | null {
  const parts = formatOf(zone)?.formatToParts(atMs);
  const text = parts?.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [all, sign, hours, minutes = "0"] = /^GMT(?:([+-])(\d{2}):?(\d{2})?)?/.exec(text) ?? [];
  if (all === undefined) return null;
  return hours === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  if (zone.length > 64) return null;
  const known = formats.get(zone);
  if (known !== undefined) return known;
  // Names are a caller's: made-up ones must not fill memory.
  if (formats.size >= REMEMBERED) formats.clear();
  const made = makeFormat(zone);
  formats.set(zone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
}
