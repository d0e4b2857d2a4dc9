import { FIRST_LINE } from "./log-functions.ts";

/**
 * Moves the live pointer, never to a lower seq.
 *
 * KEYS: pointer · formats. ARGV: 1 seq · 2 pointer as JSON · 3 TTL ms. Returns the pointer as it is now.
 * A Redis without any pointer is new: no earlier version has written to it, or will.
 */
export const ADVANCE_SCRIPT = `${FIRST_LINE}
local held = redis.call('GET', KEYS[1])
if held then
  local seq = tonumber(string.match(held, '"seq":(%d+)') or 0)
  if seq >= tonumber(ARGV[1]) then return held end
end
if not held then redis.call('SET', KEYS[2], '0', 'PX', ARGV[3], 'NX') end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ARGV[2]
`;
