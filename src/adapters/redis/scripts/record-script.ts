import { CLAIM_FUNCTIONS } from "./claim-functions.ts";
import { FIRST_LINE, LOG_FUNCTIONS } from "./log-functions.ts";

/**
 * Claims and appends an event that was never claimed, with its decision: Redis was away when it was decided. A known stage stays as it is.
 *
 * KEYS: claim · pending shard · N logs, or their tails.
 * ARGV: 1 now, epoch ms · 2 stage · 3 settled claim section · 4 record, or row, with its status · 5 pending member · 6 now, encoded
 *       7 TTL of claim and shard ms · 8 log TTL ms · 9 format of logs
 *       then for each log as for CLAIM_SCRIPT.
 * Returns `known` | `claimed` | `stage` for another stage of a known transaction, which appends nothing.
 * Commands: 1 GET; when it claims 1 SET, 1 ZADD, 1 PEXPIRE, and appends as the claim does.
 */
export const RECORD_SCRIPT = `${FIRST_LINE}
${LOG_FUNCTIONS}
${CLAIM_FUNCTIONS}
local claim = redis.call('GET', KEYS[1])
if claim and section_of(claim, ARGV[2]) then return 'known' end
redis.call('SET', KEYS[1], (claim or '') .. ARGV[3], 'PX', ARGV[7])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
if not claim then
  for i = 3, #KEYS do
    if ARGV[9] == '1' then
      append(KEYS[i], ARGV[4], ARGV[4 + 2 * i], ARGV[5 + 2 * i], ARGV[6], ARGV[8])
    else
      append_row(KEYS[i], ARGV[4], ARGV[4 + 2 * i], ARGV[5 + 2 * i], ARGV[8])
    end
  end
end
return claim and 'stage' or 'claimed'
`;
