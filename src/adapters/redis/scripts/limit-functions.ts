import { COUNT_DIGITS, SLOT_MS, SLOTS } from "../../../core/limits/window.ts";

/** A past slot's count: base 64 from `0` on, so that a byte is a digit and nothing is cut out to be read. */
const WIDTH = 4;
const ZERO = 48;
const PAST = (SLOTS - 1) * WIDTH;

/**
 * Lua over the state of a limit: the newest slot (seconds since the epoch), the calls of all slots, those of the newest, then those of each slot
 * before, newest first. One string: it is read with what is read anyway and written by one SET; the past is only looked at when a slot has passed.
 *
 * `take_all(states, states_before, keys_before, quotas_before, count, cost, now, ttl)` counts a call in `count` limits, or in none when one of them
 * would go over its quota. States, KEYS and ARGV of quotas begin after those numbers.
 * Returns whether all took it, and for each: taken (0 | 1), remaining, wait in ms (−1 for never). See core/limits/verdict.ts.
 */
export const LIMIT_FUNCTIONS = `
local function past_count(past, at)
  local a, b, c, d = string.byte(past, at, at + 3)
  return (((a - ${ZERO}) * 64 + b - ${ZERO}) * 64 + c - ${ZERO}) * 64 + d - ${ZERO}
end
local function past_slot(count)
  local d = count % 64
  local c = (count - d) / 64 % 64
  local b = (count - c * 64 - d) / 4096 % 64
  local a = (count - b * 4096 - c * 64 - d) / 262144
  return string.char(a + ${ZERO}, b + ${ZERO}, c + ${ZERO}, d + ${ZERO})
end

-- In how many ms so many calls have left the window, or −1 when it never held them.
local function wait_for(freed, newest, current, past, now)
  for at = #past - ${WIDTH - 1}, 1, -${WIDTH} do
    freed = freed - past_count(past, at)
    if freed <= 0 then return (newest - (at + ${WIDTH - 1}) / ${WIDTH} + ${SLOTS}) * ${SLOT_MS} - now end
  end
  return freed <= current and (newest + ${SLOTS}) * ${SLOT_MS} - now or -1
end

local function take_all(states, states_before, keys_before, quotas_before, count, cost, now, ttl)
  local slot, is_taken, windows = (now - now % ${SLOT_MS}) / ${SLOT_MS}, true, {}
  for i = 1, count do
    local state, newest, total, current, past = states[states_before + i], slot, 0, 0, ''
    local passed = state and slot - string.sub(state, 1, 10) or ${SLOTS}
    if passed < ${SLOTS} then
      total, current, past = string.sub(state, 11, 18) + 0, string.sub(state, 19, 25) + 0, string.sub(state, 26)
      if passed > 0 then
        if total > 0 then past = string.rep('${"0".repeat(WIDTH)}', passed - 1) .. past_slot(current) .. past end
        for at = ${PAST + 1}, #past, ${WIDTH} do total = total - past_count(past, at) end
        current, past = 0, total > 0 and string.sub(past, 1, ${PAST}) or ''
      else
        -- A clock that is behind another's counts in the newest slot.
        newest = slot - passed
      end
    end
    local at = 4 * i
    windows[at - 3], windows[at - 2], windows[at - 1], windows[at] = newest, total, current, past
    if total + cost > ARGV[quotas_before + i] + 0 then is_taken = false end
  end
  local standings = {}
  for i = 1, count do
    local newest, total, current, past, quota = windows[4 * i - 3], windows[4 * i - 2], windows[4 * i - 1], windows[4 * i], ARGV[quotas_before + i] + 0
    local taken, wait = 1, (newest + ${SLOTS}) * ${SLOT_MS} - now
    if total + cost > quota then
      taken, wait = 0, cost > quota and -1 or wait_for(total + cost - quota, newest, current, past, now)
    end
    if is_taken then
      total = total + cost
      redis.call('SET', KEYS[keys_before + i], string.format('%010d%08d%0${COUNT_DIGITS}d', newest, total, current + cost) .. past, 'PX', ttl)
    end
    standings[3 * i - 2], standings[3 * i - 1], standings[3 * i] = taken, quota > total and quota - total or 0, wait
  end
  return is_taken, standings
end
`;
