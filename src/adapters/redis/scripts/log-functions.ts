import { EVENT_STATUSES, EVENT_TYPES } from "../../../core/event/event.ts";
import { ALPHABET, encode } from "../../../core/velocity/alphabet.ts";
import { TAIL_STEP } from "../../../core/velocity/column-layout.ts";
import { BUCKET, COUNT_WIDTH, EMPTY_REST, HEADER, NO_TIME, POSITION, RECORD, TIME_WIDTH, VERSION } from "../../../core/velocity/layout.ts";
import { KINDS_PER_TYPE } from "../../../core/velocity/record.ts";

const UNSUMMED = (["blocked", "declined"] as const).map((status) => encode(EVENT_STATUSES.indexOf(status), 1));
const NO_POSITION = encode(0, POSITION.width);
/** Lua of a slice of a text: `at` is 1-based Lua. */
const slice = (text: string, at: string, offset: number, width: number): string =>
  `sub(${text}, ${at} + ${offset}, ${at} + ${offset + width - 1})`;

/** Everything a script on Upstash begins with: only its own keys are locked. */
export const FIRST_LINE = "#!lua flags=allow-key-locking";

/**
 * Lua over packed logs (core/velocity/layout.ts). `append` adds a record to a log and trims the one that got too long.
 * A log is not read to be appended to: every Lua string costs a nanosecond a byte, and a log is up to 17 KB.
 * Only string and table functions: the same text runs on Upstash and on Redis. Lua counts from 1, so an offset of the layout is taken + 1.
 */
export const LOG_FUNCTIONS = `
local sub, byte, find, fmt = string.sub, string.byte, string.find, string.format
local HEAD, WIDTH, BUCKET = ${HEADER.width}, ${RECORD.width}, ${BUCKET.width}

-- Everything trimming needs; made when a log is trimmed, which few calls do.
local function trimmer()
  local ALPHABET, DIGIT = '${ALPHABET}', {}
  for i = 1, ${ALPHABET.length} do DIGIT[byte(ALPHABET, i)] = i - 1 end

  -- A number that orders as the time at a place does; reading the time itself costs more.
  local function order(text, at)
    local a, b, c, d, e, f, g = byte(text, at, at + ${TIME_WIDTH - 1})
    return (((((a * 128 + b) * 128 + c) * 128 + d) * 128 + e) * 128 + f) * 128 + g
  end
  local function earlier(a, b) if order(a, 1) <= order(b, 1) then return a end return b end
  local function later(a, b) if order(a, 1) >= order(b, 1) then return a end return b end

  local function decode(text, at, width)
    local value = 0
    for i = at, at + width - 1 do value = value * ${ALPHABET.length} + DIGIT[byte(text, i)] end
    return value
  end
  local function encode(value, width)
    local text = ''
    for _ = 1, width do
      local digit = value % ${ALPHABET.length}
      text = sub(ALPHABET, digit + 1, digit + 1) .. text
      value = (value - digit) / ${ALPHABET.length}
    end
    return text
  end

  local function bucket(level, first, last, count, summed, sum)
    return encode(level, 1) .. first .. last .. encode(count, ${COUNT_WIDTH}) .. encode(summed, ${COUNT_WIDTH}) .. encode(sum, ${BUCKET.sumWidth})
  end
  local function merged(list, at, next)
    local function total(offset, width) return decode(list, at + offset, width) + decode(list, next + offset, width) end
    local first = earlier(${slice("list", "at", BUCKET.first, TIME_WIDTH)}, ${slice("list", "next", BUCKET.first, TIME_WIDTH)})
    local last = later(${slice("list", "at", BUCKET.last, TIME_WIDTH)}, ${slice("list", "next", BUCKET.last, TIME_WIDTH)})
    return bucket(decode(list, at, 1) + 1, first, last, total(${BUCKET.count}, ${COUNT_WIDTH}), total(${BUCKET.summed}, ${COUNT_WIDTH}), total(${BUCKET.sum}, ${BUCKET.sumWidth}))
  end
  -- Adds a bucket of level 0 to a type's list (oldest first); a level that is over its number gives its two oldest to the next.
  local function with_bucket(list, added)
    list = list .. added
    local stop, level = #list, 0
    while true do
      local mark, start = encode(level, 1), stop
      while start > 0 and sub(list, start - BUCKET + 1, start - BUCKET + 1) == mark do start = start - BUCKET end
      if stop - start <= ${BUCKET.perLevel} * BUCKET then break end
      list = sub(list, 1, start) .. merged(list, start + 1, start + BUCKET + 1) .. sub(list, start + 2 * BUCKET + 1)
      stop, level = start + BUCKET, level + 1
    end
    if #list > ${BUCKET.most} * BUCKET then list = merged(list, 1, BUCKET + 1) .. sub(list, 2 * BUCKET + 1) end
    return list
  end

  -- The records of a log by time, ties as they arrived; the last to arrive stands last whatever its time, so that it stays.
  local function sorted(log, from)
    local places, is_sorted, before = {}, true, 0
    for at = from + 1, #log - 2 * WIDTH + 1, WIDTH do
      local own = order(log, at)
      if own < before then is_sorted = false end
      before = own
      places[#places + 1] = { at, own }
    end
    if not is_sorted then
      table.sort(places, function(a, b) if a[2] == b[2] then return a[1] < b[1] end return a[2] < b[2] end)
    end
    places[#places + 1] = { #log - WIDTH + 1, 0 }
    return places, is_sorted
  end

  -- Folds all but the newest kept records into the buckets of their types; written is the encoded time of now.
  return function(log, kept, written)
    local buckets_at, from = HEAD + 1, HEAD
    for at = ${HEADER.directory + 1}, HEAD, ${HEADER.directoryWidth} do from = from + sub(log, at, at + ${HEADER.directoryWidth - 1}) * BUCKET end
    local places, is_sorted = sorted(log, from)
    local surplus = #places - kept
    if surplus <= 0 then return sub(log, 1, ${HEADER.written}) .. written .. sub(log, ${HEADER.written + TIME_WIDTH + 1}) end

    local found, place = {}, ${slice("log", "1", HEADER.place, HEADER.placeWidth)}
    local until_time = ${slice("log", "1", HEADER.evictedUntil, TIME_WIDTH)}
    for i = 1, surplus do
      local at = places[i][1]
      local kind, time = decode(log, at + ${RECORD.kind}, 1), ${slice("log", "at", 0, TIME_WIDTH)}
      local type = (kind - kind % ${KINDS_PER_TYPE}) / ${KINDS_PER_TYPE}
      local of = found[type] or { first = time, count = 0, summed = 0, sum = 0 }
      found[type] = of
      of.last, of.count = time, of.count + 1
      local status, amount = ${slice("log", "at", RECORD.status, 1)}, decode(log, at + ${RECORD.amount}, ${RECORD.amountWidth})
      if amount > 0 and status ~= '${UNSUMMED[0]}' and status ~= '${UNSUMMED[1]}' then of.summed, of.sum = of.summed + 1, of.sum + amount - 1 end
      local position = ${slice("log", "at", RECORD.position, POSITION.width)}
      if position ~= '${NO_POSITION}' and order(time, 1) >= order(place, 1) then place = time .. position end
      until_time = later(until_time, time)
    end
    local seen, directory, buckets = '', '', ''
    for type = 0, ${EVENT_TYPES.length - 1} do
      local at = ${HEADER.directory + 1} + type * ${HEADER.directoryWidth}
      local length = sub(log, at, at + ${HEADER.directoryWidth - 1}) * BUCKET
      local list, of = sub(log, buckets_at, buckets_at + length - 1), found[type]
      buckets_at = buckets_at + length
      at = ${HEADER.seen + 1} + type * ${2 * TIME_WIDTH}
      local first, last = ${slice("log", "at", 0, TIME_WIDTH)}, ${slice("log", "at", TIME_WIDTH, TIME_WIDTH)}
      if of then
        list = with_bucket(list, bucket(0, of.first, of.last, of.count, of.summed, of.sum))
        if first == '${NO_TIME}' then first = of.first end
        first, last = earlier(first, of.first), later(last, of.last)
      end
      seen, directory, buckets = seen .. first .. last, directory .. fmt('%02d', #list / BUCKET), buckets .. list
    end
    local records = sub(log, from + surplus * WIDTH + 1)
    if not is_sorted then
      local parts = {}
      for i = surplus + 1, #places do parts[#parts + 1] = sub(log, places[i][1], places[i][1] + WIDTH - 1) end
      records = table.concat(parts)
    end
    return '${VERSION}' .. written .. until_time .. place .. seen .. directory .. buckets .. records
  end
end

-- Appends a row to a tail (core/velocity/column-layout.ts), which keeps its time to live; a new tail gets its header.
-- What nobody reads is not seen to grow old, so every few rows it gets its time to live anew. Gives whether the rows are to be moved into columns.
local function append_row(key, row, header, is_unread, ttl)
  local length = redis.call('APPEND', key, row)
  local before = length - #row
  if before == 0 then
    redis.call('SET', key, header .. row, 'PX', ttl)
  elseif is_unread == '1' and length - length % 300 > before then
    redis.call('PEXPIRE', key, ttl)
  end
  return length - length % ${TAIL_STEP} > before
end

-- Appends a record in the previous format. A new log gets its header; a log over its longest is trimmed. Both are written anew, with their time to live.
local function append(key, record, kept, longest, written, ttl)
  local length = redis.call('APPEND', key, record)
  if length == WIDTH then
    redis.call('SET', key, '${VERSION}' .. written .. '${EMPTY_REST}' .. record, 'PX', ttl)
  elseif length > longest + 0 then
    local log = redis.call('GET', key)
    if sub(log, 1, 1) == '${VERSION}' then log = trimmer()(log, kept + 0, written) else log = '${VERSION}' .. written .. '${EMPTY_REST}' .. record end
    redis.call('SET', key, log, 'PX', ttl)
  end
end
`;
