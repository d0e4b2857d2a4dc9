/**
 * The order of networks by first address, then by length, as places in the columns: a radix sort, byte by byte from the least significant,
 * so that a million networks take milliseconds and no objects. Equal networks keep their order.
 */
export function sortedPlaces(words: readonly Uint32Array[], bits: Uint8Array, count: number): Uint32Array {
  let places = new Uint32Array(count);
  for (let at = 0; at < count; at++) places[at] = at;
  let spare = new Uint32Array(count);
  const tallies = new Uint32Array(257);
  const pass = (column: Uint32Array | Uint8Array, shift: number): void => {
    tallies.fill(0);
    for (let at = 0; at < count; at++) {
      const next = (((column[at] ?? 0) >>> shift) & 255) + 1;
      tallies[next] = (tallies[next] ?? 0) + 1;
    }
    // All alike in this byte, as the high ones of most lists are.
    if (tallies.indexOf(count) > 0) return;
    for (let digit = 1; digit < 257; digit++) tallies[digit] = (tallies[digit] ?? 0) + (tallies[digit - 1] ?? 0);
    for (let at = 0; at < count; at++) {
      const place = places[at] ?? 0;
      const digit = ((column[place] ?? 0) >>> shift) & 255;
      const to = tallies[digit] ?? 0;
      spare[to] = place;
      tallies[digit] = to + 1;
    }
    [places, spare] = [spare, places];
  };
  pass(bits, 0);
  for (const column of words.toReversed()) for (let shift = 0; shift < 32; shift += 8) pass(column, shift);
  return places;
}
