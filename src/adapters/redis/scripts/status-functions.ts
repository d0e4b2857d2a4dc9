import { EVENT_TYPES } from "../../../core/event/event.ts";
import { BUCKET, HEADER, RECORD, VERSION } from "../../../core/velocity/layout.ts";

/**
 * Lua that sets the status of the record of an id in the logs KEYS[from …]: one MGET, and a SETRANGE (which keeps the time to live) for each log
 * that changes. Returns how many did. An evicted record has no status any more.
 */
export const STATUS_FUNCTIONS = `
local function set_status(from, id, status)
  if #KEYS < from then return 0 end
  local changed = 0
  for i, log in ipairs(redis.call('MGET', unpack(KEYS, from))) do
    if log and string.sub(log, 1, 1) == '${VERSION}' then
      local base = ${HEADER.width + RECORD.id + 1}
      for type = 0, ${EVENT_TYPES.length - 1} do
        local at = ${HEADER.directory + 1} + type * ${HEADER.directoryWidth}
        base = base + string.sub(log, at, at + ${HEADER.directoryWidth - 1}) * ${BUCKET.width}
      end
      local at = string.find(log, id, base, true)
      while at and (at - base) % ${RECORD.width} ~= 0 do at = string.find(log, id, at + 1, true) end
      if at then
        local place = at + ${RECORD.status - RECORD.id}
        if string.sub(log, place, place) ~= status then
          redis.call('SETRANGE', KEYS[from + i - 1], place - 1, status)
          changed = changed + 1
        end
      end
    end
  end
  return changed
end
`;
