import { wrongUse } from "./stopped.ts";

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A time as people type it: `2026-11-01`, which is midnight UTC, `2026-11-01T08:00:00+01:00`, or a distance from now such as `90m`, `12h`, `30d`, `2w`.
 * @param side whether a distance lies before now or after it
 */
export function instantOf(option: string, text: string, side: "ago" | "ahead", nowMs: number): string {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    const distanceMs = Number(count) * (UNITS_MS[unit] ?? 0);
    return new Date(nowMs + (side === "ago" ? -distanceMs : distanceMs)).toISOString();
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const atMs = isDay || isTime ? Date.parse(text) : Number.NaN;
  // The platform takes 30 February for 2 March.
  const isReal = Number.isFinite(atMs) && new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
  if (!isReal)
    throw wrongUse(
      `${option} is a day (2026-11-01), a time with its zone (2026-11-01T08:00:00Z), or a distance such as 12h or 30d, not \`${text}\``,
    );
  return new Date(atMs).toISOString();
}
