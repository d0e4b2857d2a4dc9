/** Before each section of a claim, and between its fields: control characters that JSON text never holds. */
export const SECTION = "\u001e";
export const FIELD = "\u001f";

/**
 * Lua over claim values. A claim is a section for each stage: stage, body hash, token, first seen (epoch ms), state (`open` | `settled`), event, decision.
 * `section_of` finds one by its stage, or nil.
 */
export const CLAIM_FUNCTIONS = `
local SECTION, FIELD = '\\030', '\\031'

local function section_of(claim, stage)
  local from = find(claim, SECTION .. stage .. FIELD, 1, true)
  if not from then return nil end
  local stop = find(claim, SECTION, from + 1, true) or #claim + 1
  local fields, at = {}, from + 1
  for _ = 1, 6 do
    local close = find(claim, FIELD, at, true)
    fields[#fields + 1] = sub(claim, at, close - 1)
    at = close + 1
  end
  return { from = from, stop = stop, body = fields[2], token = fields[3], first = fields[4], state = fields[5], event = fields[6], decision = sub(claim, at, stop - 1) }
end
`;
