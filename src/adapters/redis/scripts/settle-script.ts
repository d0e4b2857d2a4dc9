import { CLAIM_FUNCTIONS } from "./claim-functions.ts";
import { FIRST_LINE } from "./log-functions.ts";
import { STATUS_FUNCTIONS } from "./status-functions.ts";

/**
 * Adds decisions to claims that exist, and statuses to the logs of their events. What is settled stays as it is; the event stays where its claim put it,
 * so it is not sent again.
 *
 * KEYS: claims, each once · then for each settlement with a status, the logs as STATUS_FUNCTIONS wants them.
 * ARGV: 1 claim TTL ms · 2 number of claims · then for each settlement: number of its claim · stage · decision or "" · encoded status or ""
 *       · encoded id · number of its log keys.
 * Returns for each settlement `settled`, `known`, or `unknown` for what was never claimed.
 * Commands: 1 MGET; 1 SET for each claim that changes; with a status as STATUS_FUNCTIONS.
 */
export const SETTLE_SCRIPT = `${FIRST_LINE}
local sub, find = string.sub, string.find
${STATUS_FUNCTIONS}
${CLAIM_FUNCTIONS}
local count = ARGV[2] + 0
local claims, changed, outcomes, logs = redis.call('MGET', unpack(KEYS, 1, count)), {}, {}, count + 1
for at = 3, #ARGV, 6 do
  local number, stage, log_keys = ARGV[at] + 0, ARGV[at + 1], ARGV[at + 5] + 0
  local claim = claims[number]
  local known = claim and section_of(claim, stage)
  if not known then
    outcomes[#outcomes + 1] = 'unknown'
  elseif known.state ~= 'open' then
    outcomes[#outcomes + 1] = 'known'
  else
    outcomes[#outcomes + 1] = 'settled'
    changed[number] = true
    claims[number] = sub(claim, 1, known.from - 1)
      .. SECTION .. stage .. FIELD .. known.body .. FIELD .. known.token .. FIELD .. known.first .. FIELD .. 'settled' .. FIELD .. known.event .. FIELD .. ARGV[at + 2]
      .. sub(claim, known.stop)
    if ARGV[at + 3] ~= '' then set_status(logs, logs + log_keys - 1, ARGV[at + 4], ARGV[at + 3]) end
  end
  logs = logs + log_keys
end
for number = 1, count do
  if changed[number] then redis.call('SET', KEYS[number], claims[number], 'PX', ARGV[1]) end
end
return outcomes
`;
