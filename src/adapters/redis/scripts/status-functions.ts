import { EVENT_TYPES } from "../../../core/event/event.ts";
import { CELL, COLUMN, COLUMN_VERSION, ROW, ROW_MARK, TAIL } from "../../../core/velocity/column-layout.ts";
import { BUCKET, HASH_WIDTH, HEADER, RECORD, VERSION } from "../../../core/velocity/layout.ts";

/**
 * Lua that sets the status of the event of an id in the logs whose keys are KEYS[from … to]: for each its previous format, tail, ids and core.
 * One MGET, and a SETRANGE (which keeps the time to live) for each log that changes; one more where the event stands in columns, so that a log
 * that is being moved is not written as it was before. Returns how many changed. An evicted event has no status any more.
 */
export const STATUS_FUNCTIONS = `
local function status_in_previous(key, log, id, status)
  if string.sub(log, 1, 1) ~= '${VERSION}' then return false end
  local base = ${HEADER.width + RECORD.id + 1}
  for type = 0, ${EVENT_TYPES.length - 1} do
    local at = ${HEADER.directory + 1} + type * ${HEADER.directoryWidth}
    base = base + string.sub(log, at, at + ${HEADER.directoryWidth - 1}) * ${BUCKET.width}
  end
  local at = string.find(log, id, base, true)
  while at and (at - base) % ${RECORD.width} ~= 0 do at = string.find(log, id, at + 1, true) end
  if not at then return false end
  local place = at + ${RECORD.status - RECORD.id}
  if string.sub(log, place, place) == status then return false end
  redis.call('SETRANGE', key, place - 1, status)
  return true
end

local function status_in_tail(key, tail, id, status)
  local at = string.find(tail, '${ROW_MARK}' .. id, 1, true)
  local place = at and at + ${ROW.cell + CELL.status}
  if not place or string.sub(tail, place, place) == status then return false end
  redis.call('SETRANGE', key, place - 1, status)
  return true
end

-- The ids and the core end at the same event, so a place is counted from their ends.
local function status_in_columns(tail_key, core_key, ids, core, id, status)
  if string.sub(core, 1, 1) ~= '${COLUMN_VERSION}' then return false end
  local base = ${COLUMN.width + 1}
  local at = string.find(ids, id, base, true)
  while at and (at - base) % ${HASH_WIDTH} ~= 0 do at = string.find(ids, id, at + 1, true) end
  if not at then return false end
  local place = #core - (#ids - at + 1) / ${HASH_WIDTH} * ${CELL.width} + ${CELL.status + 1}
  if string.sub(core, place, place) == status then return false end
  redis.call('SETRANGE', core_key, place - 1, status)
  redis.call('SETRANGE', tail_key, ${TAIL.stamp}, id .. status)
  return true
end

local function set_status(from, to, id, status)
  if to < from then return 0 end
  local changed, texts = 0, redis.call('MGET', unpack(KEYS, from, to))
  for i = 1, #texts, 4 do
    local previous, tail, ids, core = texts[i], texts[i + 1], texts[i + 2], texts[i + 3]
    local key = from + i - 1
    if previous and status_in_previous(KEYS[key], previous, id, status)
      or tail and status_in_tail(KEYS[key + 1], tail, id, status)
      or tail and ids and core and status_in_columns(KEYS[key + 1], KEYS[key + 3], ids, core, id, status) then
      changed = changed + 1
    end
  end
  return changed
end
`;
