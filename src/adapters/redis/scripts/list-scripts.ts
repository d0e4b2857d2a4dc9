import { FIRST_LINE } from "./log-functions.ts";

/**
 * Adds changes that follow on the version that is there.
 *
 * KEYS: version, changes. ARGV: 1 version before · 2 version after · 3 changes as JSON · 4 TTL ms. Returns the version as it is now, or false.
 */
export const LIST_APPEND_SCRIPT = `${FIRST_LINE}
local held = redis.call('GET', KEYS[1])
if held ~= ARGV[1] then return held and tonumber(held) end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return tonumber(ARGV[2])
`;

/**
 * Keeps a snapshot, never over a newer one. Changes since the snapshot before it stay, so that an isolate that read that one can go on.
 *
 * KEYS: version, changes, snapshot, version of the snapshot. ARGV: 1 version · 2 snapshot as JSON · 3 TTL ms. Returns the version of the snapshot.
 */
export const LIST_SNAPSHOT_SCRIPT = `${FIRST_LINE}
local before = tonumber(redis.call('GET', KEYS[4]) or -1)
if before > tonumber(ARGV[1]) then return before end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', before)
local version = tonumber(redis.call('GET', KEYS[1]) or -1)
if version < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3]) end
return tonumber(ARGV[1])
`;
