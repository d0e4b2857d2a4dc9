import { CLAIM_FUNCTIONS } from "./claim-functions.ts";
import { LIMIT_FUNCTIONS } from "./limit-functions.ts";
import { FIRST_LINE, LOG_FUNCTIONS } from "./log-functions.ts";

/**
 * Counts the call in its caller's limits, claims an event id and appends the event to the logs of its entities (D1, D2).
 *
 * KEYS: claim · freshness of the aggregates · pending shard · N logs, or their tails · L limits.
 * ARGV: 1 mode (`record` | `peek`) · 2 now, epoch ms · 3 stage · 4 token · 5 claim section · 6 record, or row · 7 pending member · 8 now, encoded
 *       9 claim TTL ms · 10 log TTL ms · 11 lease ms, or "" when there is nothing to refresh · 12 L · 13 limit TTL ms · 14 format of logs (`1` | `2`)
 *       then for each log, in format 1: records kept, characters at most; in format 2: header of a new tail, whether nobody reads it (`1` | ``)
 *       then for each limit: its quota.
 * Returns { kind, body hash, first seen, decision, lease given (0 | 1), numbers of the tails that are to be moved, and as LIMIT_SCRIPT for each limit unless the claim is this token's own }:
 *   `new` claimed now · `own` claimed by this token before · `stage` another stage of a known transaction (appends nothing) · `repeat` another call's
 *   `refused` over a limit: nothing is written.
 * Commands: 1 MGET; 1 SET for each limit; when new 1 SET, 1 ZADD and 1 APPEND for each log; 1 SET with a lease, for each new log, and with a GET for each log that is trimmed.
 */
export const CLAIM_SCRIPT = `${FIRST_LINE}
${LOG_FUNCTIONS}
${CLAIM_FUNCTIONS}
${LIMIT_FUNCTIONS}
local mode, now, stage, token, section, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local L = ARGV[12] + 0
local logs = #KEYS - L
local got = redis.call('MGET', KEYS[1], KEYS[2], unpack(KEYS, logs + 1))
local claim = got[1]
local known = claim and section_of(claim, stage)
local kind = 'new'
if known then
  kind = 'repeat'
  if known.token == token then kind = 'own' end
elseif claim then
  kind = 'stage'
end
local standings
-- A try whose answer got lost was counted when it claimed.
if L > 0 and kind ~= 'own' then
  local is_taken
  is_taken, standings = take_all(got, 2, logs, #ARGV - L, L, 1, now + 0, ARGV[13])
  if not is_taken then return { 'refused', false, false, false, 0, {}, standings } end
end
local lease, due = 0, {}
if mode == 'record' and not known then
  redis.call('SET', KEYS[1], (claim or '') .. section, 'PX', ARGV[9])
  redis.call('ZADD', KEYS[3], now, ARGV[7])
  if not claim then
    for i = 4, logs do
      if ARGV[14] == '1' then
        append(KEYS[i], record, ARGV[7 + 2 * i], ARGV[8 + 2 * i], ARGV[8], ARGV[10])
      elseif append_row(KEYS[i], record, ARGV[7 + 2 * i], ARGV[8 + 2 * i], ARGV[10]) then
        due[#due + 1] = i - 3
      end
    end
  end
  if ARGV[11] ~= '' and not got[2] then
    redis.call('SET', KEYS[2], token, 'PX', ARGV[11])
    lease = 1
  end
end
return { kind, known and known.body or false, known and known.first or false, known and known.decision or false, lease, due, standings }
`;
