import { FIRST_LINE } from "./log-functions.ts";

/**
 * Adds a rule's block to an entity's mark, unless another is in force there. A mark is a JSON array of entries as `writeMark` writes them; quotes inside
 * their texts are escaped, so the patterns find keys only.
 *
 * KEYS: mark. ARGV: 1 now, epoch ms · 2 entry as JSON · 3 how long it lasts, ms, which becomes the key's TTL where that is shorter · 4 its id.
 * Returns 1 when it is there, else 0. Commands: 1 GET; when added 1 SET, and 1 PTTL beside other entries.
 */
export const ADD_BLOCK_SCRIPT = `${FIRST_LINE}
local held = redis.call('GET', KEYS[1])
local last = tonumber(ARGV[3])
local others = held and string.match(held, '^%[(.+)%]$')
if not others then
  redis.call('SET', KEYS[1], '[' .. ARGV[2] .. ']', 'PX', last)
  return 1
end
if string.find(others, '"id":"' .. ARGV[4] .. '"', 1, true) then return 1 end
if string.find(others, '"source":"auto","expiresAtMs":null', 1, true) then return 0 end
for ends in string.gmatch(others, '"source":"auto","expiresAtMs":(%d+)') do
  if tonumber(ends) > tonumber(ARGV[1]) then return 0 end
end
local left = redis.call('PTTL', KEYS[1])
if left > last then last = left end
redis.call('SET', KEYS[1], '[' .. others .. ',' .. ARGV[2] .. ']', 'PX', last)
return 1
`;
