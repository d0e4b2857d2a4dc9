import { VERSION } from "../../../core/velocity/layout.ts";
import { FIRST_LINE, LOG_FUNCTIONS } from "./log-functions.ts";

/**
 * Writes logs anew, trimmed, so that their time to live counts from now: an append keeps the one they had.
 *
 * KEYS: logs. ARGV: 1 now, encoded · 2 log TTL ms · then for each log: records kept. A log of another version is dropped.
 */
export const RENEW_SCRIPT = `${FIRST_LINE}
${LOG_FUNCTIONS}
local trim = trimmer()
for i = 1, #KEYS do
  local log = redis.call('GET', KEYS[i])
  if log and sub(log, 1, 1) ~= '${VERSION}' then
    redis.call('DEL', KEYS[i])
  elseif log and #log > HEAD then
    redis.call('SET', KEYS[i], trim(log, ARGV[2 + i] + 0, ARGV[1]), 'PX', ARGV[2])
  end
end
return 1
`;
