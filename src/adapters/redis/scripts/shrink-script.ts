import { CLAIM_FUNCTIONS } from "./claim-functions.ts";
import { FIRST_LINE } from "./log-functions.ts";

/**
 * Leaves of claims what a repeated call needs: Postgres has their events. Stages that are not named stay as they are.
 *
 * KEYS: claims, each once. ARGV: 1 claim TTL ms · then for each claim: number of stages · for each the stage, and its plain answer or "".
 * Returns 1. Commands: 1 MGET; 1 SET for each claim that is there.
 */
export const SHRINK_SCRIPT = `${FIRST_LINE}
local sub, find = string.sub, string.find
${CLAIM_FUNCTIONS}
local claims, at = redis.call('MGET', unpack(KEYS)), 2
for number = 1, #KEYS do
  local claim, stages = claims[number], ARGV[at] + 0
  for i = 1, stages do
    local stage, answer = ARGV[at + 2 * i - 1], ARGV[at + 2 * i]
    local known = claim and section_of(claim, stage)
    if known then
      claim = sub(claim, 1, known.from - 1)
        .. SECTION .. stage .. FIELD .. known.body .. FIELD .. FIELD .. known.first .. FIELD .. 'recorded' .. FIELD .. FIELD .. answer
        .. sub(claim, known.stop)
    end
  end
  if claim then redis.call('SET', KEYS[number], claim, 'PX', ARGV[1]) end
  at = at + 1 + 2 * stages
end
return 1
`;
