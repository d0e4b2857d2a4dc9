/** A source of whole numbers below a bound, the same on every machine for one seed (Mulberry32). */
export type Draw = (below: number) => number;

export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The eight groups of an IPv6 address; zeros are common, as they are in life. */
export function someGroups(draw: Draw): number[] {
  return Array.from({ length: 8 }, () => (draw(3) === 0 ? draw(65_536) : draw(2) * draw(16)));
}

export const someOctets = (draw: Draw): number[] => Array.from({ length: 4 }, () => (draw(4) === 0 ? draw(3) * 127 : draw(256)));

/** One of the ways to write an IPv4 address that all mean this one. */
export function spellV4(octets: readonly number[], draw: Draw): string {
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const low = [a * 256 + b, c * 256 + d];
  switch (draw(4)) {
    case 0:
      return octets.join(".");
    case 1:
      return `${draw(2) === 0 ? "::FFFF:" : "0:0:0:0:0:ffff:"}${octets.join(".")}`;
    case 2:
      return spellV6([0, 0, 0, 0, 0, 0xffff, ...low], draw);
    default:
      return spellV6([0x64, 0xff9b, 0, 0, 0, 0, ...low], draw);
  }
}

/** One of the ways to write an IPv6 address: case, leading zeros, what `::` stands for, a dotted end, a zone. */
export function spellV6(groups: readonly number[], draw: Draw): string {
  const zone = draw(8) === 0 ? `%${["eth0", "1", "en-0.1"][draw(3)]}` : "";
  const written = groups.map((group) => group.toString(16).padStart(1 + draw(4), "0"));
  const [high = 0, low = 0] = groups.slice(6);
  const tail = draw(6) === 0 ? [`${high >>> 8}.${high & 255}.${low >>> 8}.${low & 255}`] : written.slice(6);
  const parts = [...written.slice(0, 6), ...tail];
  const text = withGap(parts, groups, draw) + zone;
  return draw(2) === 0 ? text : text.toUpperCase();
}

function withGap(parts: readonly string[], groups: readonly number[], draw: Draw): string {
  const from = draw(8);
  let end = from;
  // A dotted end is one part for two groups, and stays.
  while (end < parts.length && groups[end] === 0 && !parts[end]?.includes(".")) end++;
  if (end === from || draw(4) === 0) return parts.join(":");
  return `${parts.slice(0, from).join(":")}::${parts.slice(end).join(":")}`;
}
