import { CLAIM_FUNCTIONS } from "./claim-functions.ts";
import { FIRST_LINE, LOG_FUNCTIONS } from "./log-functions.ts";
import { STATUS_FUNCTIONS } from "./status-functions.ts";

/**
 * Adds a decision to its claim and a status to the logs. What was never claimed is claimed and appended first; what is settled stays as it is.
 *
 * KEYS: claim · pending shard · N logs.
 * ARGV: 1 now, epoch ms · 2 stage · 3 settled claim section but for its decision · 4 record with its status · 5 pending member · 6 now, encoded
 *       7 TTL of claim and shard ms · 8 log TTL ms · 9 decision or "" · 10 encoded status to set, or "" · 11 encoded id
 *       then for each log: records kept, characters at most.
 * Returns `claimed` | `settled` | `known`.
 * Commands: 1 GET; unless known 1 SET and 1 PEXPIRE; with a status 1 MGET and a SETRANGE for each log; when it claims, 1 ZADD and appends as the claim does.
 */
export const SETTLE_SCRIPT = `${FIRST_LINE}
${LOG_FUNCTIONS}
${STATUS_FUNCTIONS}
${CLAIM_FUNCTIONS}
local now, stage, section, status = ARGV[1], ARGV[2], ARGV[3], ARGV[10]
local claim = redis.call('GET', KEYS[1])
local known = claim and section_of(claim, stage)
if known and known.state == 'settled' then return 'known' end

local value
if known then
  value = sub(claim, 1, known.from - 1)
    .. SECTION .. stage .. FIELD .. known.body .. FIELD .. known.token .. FIELD .. known.first .. FIELD .. 'settled' .. FIELD .. known.event .. FIELD .. ARGV[9]
    .. sub(claim, known.stop)
else
  value = (claim or '') .. section .. ARGV[9]
  redis.call('ZADD', KEYS[2], now, ARGV[5])
end
redis.call('SET', KEYS[1], value, 'PX', ARGV[7])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
if not claim then
  for i = 3, #KEYS do append(KEYS[i], ARGV[4], ARGV[6 + 2 * i], ARGV[7 + 2 * i], ARGV[6], ARGV[8]) end
elseif status ~= '' then
  set_status(3, ARGV[11], status)
end
return claim and 'settled' or 'claimed'
`;
