import { FIRST_LINE } from "./log-functions.ts";

/**
 * Keeps a delta, never over a newer one.
 *
 * KEYS: version, delta. ARGV: 1 version · 2 delta as JSON · 3 TTL ms. Returns the version as it is now.
 */
export const LIST_DELTA_SCRIPT = `${FIRST_LINE}
local held = tonumber(redis.call('GET', KEYS[1]) or 0)
if held and held > tonumber(ARGV[1]) then return held end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return tonumber(ARGV[1])
`;
