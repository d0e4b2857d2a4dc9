import { FEED_CATEGORIES, type FeedCategory } from "../../core/lists/feed-category.ts";
import { FEED_FORMATS, type FeedFormat } from "../../core/lists/feeds/feed-format.ts";
import { FEED_ROLES, type FeedRole } from "../../core/lists/list-role.ts";
import { didYouMean } from "../../core/rules/nearest.ts";
import { type Flags, type FlagValues, wholeNumber } from "../rules/flags.ts";
import { wrongUse } from "../rules/stopped.ts";

/** How a feed is to be read. */
export const FEED_FLAGS = {
  format: { value: FEED_FORMATS.join("|"), about: "how it is written (default netset: an address or network a line)" },
  role: { value: FEED_ROLES.join("|"), about: "what its addresses meet (default signal: a fact for rules, nobody is refused)" },
  category: { value: FEED_CATEGORIES.join("|"), about: "what it says of its addresses, for the features that read it" },
  "min-count": { value: "N", about: "leave out what fewer than N lists name (ipsum, csv)" },
} as const satisfies Flags;

export interface FeedChoice {
  readonly format: FeedFormat;
  readonly role: FeedRole;
  /** Null says nothing. */
  readonly category: FeedCategory | null;
  readonly minCount: number;
}

export function feedChoiceOf(flags: FlagValues<typeof FEED_FLAGS>): FeedChoice {
  return {
    format: oneOf("--format", FEED_FORMATS, flags.format ?? "netset"),
    role: oneOf("--role", FEED_ROLES, flags.role ?? "signal"),
    category: flags.category === undefined ? null : oneOf("--category", FEED_CATEGORIES, flags.category),
    minCount: wholeNumber("--min-count", flags["min-count"]) ?? 1,
  };
}

function oneOf<const T extends string>(name: string, known: readonly T[], given: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw wrongUse(`\`${given}\` is no ${name}${didYouMean(given, known) || `; there are ${known.join(", ")}`}`);
}
