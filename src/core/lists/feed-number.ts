/** Numbers of feeds' networks in a compiled list begin here; those below are people's and rules' entries. */
export const FIRST_FEED_NUMBER = 0x8000_0000;
const MOST_COUNT = 0x0fff_ffff;
const COUNTRY = /^[A-Z]{2}$/;
const A = 65;
const LETTERS = 26;
/** Set on a number that carries a country and not a count. */
const IS_COUNTRY = 0x4000_0000;

/** What a compiled list keeps of one network of a feed, in its number: the country, else the count (1 when the feed does not say). */
export function feedNumber({ count, country }: { readonly count: number | null; readonly country: string | null }): number {
  if (country !== null && COUNTRY.test(country))
    return FIRST_FEED_NUMBER + IS_COUNTRY + (country.charCodeAt(0) - A) * LETTERS + (country.charCodeAt(1) - A);
  return FIRST_FEED_NUMBER + Math.min(count ?? 1, MOST_COUNT);
}

/** On how many lists the feed saw a network, by its number; at least 1. */
export function countOfNumber(number: number): number {
  return number < FIRST_FEED_NUMBER || isCountry(number) ? 1 : Math.max(1, number - FIRST_FEED_NUMBER);
}

/** The ISO 3166 code that a number carries, or null. */
export function countryOfNumber(number: number): string | null {
  if (number < FIRST_FEED_NUMBER || !isCountry(number)) return null;
  const code = number - FIRST_FEED_NUMBER - IS_COUNTRY;
  return String.fromCharCode(A + Math.floor(code / LETTERS), A + (code % LETTERS));
}

const isCountry = (number: number): boolean => (number & IS_COUNTRY) !== 0;
