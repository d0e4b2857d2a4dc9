import { FIRST_LINE } from "./log-functions.ts";

/**
 * Writes logs that were moved into columns, each if it is still what was read: rows that were appended since stay, and a status that was set since
 * leaves the log to the next try.
 *
 * KEYS: for each log its tail, its log in the previous format, and its columns.
 * ARGV: 1 log TTL ms · then for each log: number of columns · the moved part of the tail as it was read · what takes its place
 *       · the log in the previous format as it was read, or "" · the columns.
 * Returns the number of logs written. Commands: 1 GET and, when written, 1 SET and 1 for each column; 1 GET and 1 DEL for the previous format.
 */
export const COMPACT_SCRIPT = `${FIRST_LINE}
local written, key, at = 0, 1, 2
while key < #KEYS do
  local count, moved, previous = ARGV[at] + 0, ARGV[at + 1], ARGV[at + 3]
  local tail = redis.call('GET', KEYS[key])
  if tail and string.sub(tail, 1, #moved) == moved and (previous == '' or redis.call('GET', KEYS[key + 1]) == previous) then
    redis.call('SET', KEYS[key], ARGV[at + 2] .. string.sub(tail, #moved + 1), 'PX', ARGV[1])
    for i = 1, count do redis.call('SET', KEYS[key + 1 + i], ARGV[at + 3 + i], 'PX', ARGV[1]) end
    if previous ~= '' then redis.call('DEL', KEYS[key + 1]) end
    written = written + 1
  end
  key, at = key + 2 + count, at + 4 + count
end
return written
`;
