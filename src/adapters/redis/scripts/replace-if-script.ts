import { FIRST_LINE } from "./log-functions.ts";

/**
 * Replaces a value if it is still the one that was read.
 *
 * KEYS: the value. ARGV: 1 what was read, "" for nothing · 2 the new value · 3 TTL ms.
 * Returns 1, also when the new value is there already (a call that is sent twice); 0 when another one is.
 */
export const REPLACE_IF_SCRIPT = `${FIRST_LINE}
local found = redis.call('GET', KEYS[1]) or ''
if found ~= ARGV[1] and found ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`;
