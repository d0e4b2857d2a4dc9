import { LIMIT_FUNCTIONS } from "./limit-functions.ts";
import { FIRST_LINE } from "./log-functions.ts";

/**
 * Counts a call in its limits, or in none when one of them is used up.
 *
 * KEYS: limits. ARGV: 1 now, epoch ms · 2 TTL ms · 3 cost · then for each limit: its quota.
 * Returns for each limit: taken (0 | 1), remaining, wait in ms (−1 for never). Commands: 1 MGET; when taken 1 SET for each limit.
 */
export const LIMIT_SCRIPT = `${FIRST_LINE}
${LIMIT_FUNCTIONS}
local _, standings = take_all(redis.call('MGET', unpack(KEYS)), 0, 0, 3, #KEYS, ARGV[3] + 0, ARGV[1] + 0, ARGV[2])
return standings
`;
