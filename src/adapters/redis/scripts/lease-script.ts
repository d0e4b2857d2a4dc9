import { FIRST_LINE } from "./log-functions.ts";

/**
 * Leases shards to a mover: it gets those that are free, and gives back what it held and does not name.
 *
 * KEYS: the leases of a world. ARGV: 1 now, epoch ms · 2 token · 3 length of a lease ms · then the wanted shards.
 * The value is `shard=token=until;` for each lease. Returns the shards that the token holds now.
 * Commands: 1 GET; 1 SET while something is leased, else 1 DEL.
 */
export const LEASE_SCRIPT = `${FIRST_LINE}
local now, token = tonumber(ARGV[1]), ARGV[2]
local held, kept = {}, {}
for shard, owner, ends in string.gmatch(redis.call('GET', KEYS[1]) or '', '(%d+)=([^=;]+)=(%d+);') do
  if owner ~= token and tonumber(ends) > now then
    held[shard] = true
    kept[#kept + 1] = shard .. '=' .. owner .. '=' .. ends .. ';'
  end
end
local got, ends = {}, string.format('%.0f', now + ARGV[3])
for i = 4, #ARGV do
  if not held[ARGV[i]] then
    held[ARGV[i]] = true
    got[#got + 1] = ARGV[i]
    kept[#kept + 1] = ARGV[i] .. '=' .. token .. '=' .. ends .. ';'
  end
end
if #kept > 0 then
  redis.call('SET', KEYS[1], table.concat(kept), 'PX', ARGV[3])
else
  redis.call('DEL', KEYS[1])
end
return got
`;
