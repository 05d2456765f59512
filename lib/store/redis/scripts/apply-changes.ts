/**
 * Applies changes, each whole or not at all, and answers a "1" or "0" for each; with a range, what
 * the set then holds stands behind it.
 *
 * All that is guarded is read by one MGET, every change is decided on the table `held`, and what is
 * left is written by kind: each call in a script is billed, whatever it carries. The changes come as two
 * streams (see `encodeChanges`): figures, all in the first argument, and texts, in the others. A key is
 * named by its place in KEYS, strings before sets.
 */
export const APPLY_CHANGES = /* lua */ `
local SLICE = 7000 -- unpack ends near 8,000; even, for lists of pairs

local figure = string.gmatch(ARGV[1], "([^,]*),")
local function number() -- nil if it was left empty
  return tonumber(figure())
end
local cursor = 1
local function text()
  cursor = cursor + 1
  return ARGV[cursor]
end

local strings, changes = number(), number()
local held, isStored = {}, {}
for from = 1, strings, SLICE do
  local values = redis.call("MGET", unpack(KEYS, from, math.min(from + SLICE - 1, strings)))
  for i, value in ipairs(values) do
    held[from + i - 1] = value
    isStored[from + i - 1] = value ~= false
  end
end

local function revision(key)
  local document = held[key]
  return document and tonumber(string.sub(document, 1, string.find(document, "\\n", 1, true) - 1)) or 0
end

local applied, expiry, moved = {}, {}, {}
for change = 1, changes do
  local holds, puts, sums, moves = true, {}, {}, {}
  for i = 1, number() do
    local key, guard, bound = number(), figure(), number()
    local rev = revision(key)
    if guard == "below" then
      holds = holds and rev < bound
    else
      holds = holds and rev == bound
    end
    puts[i] = { key = key, expiry = figure(), document = figure() == "set" and text() }
  end
  for _ = 1, number() do
    local key, by, max = number(), number(), number()
    sums[key] = (sums[key] or tonumber(held[key] or 0)) + by
    holds = holds and (not max or sums[key] <= max)
  end
  for i = 1, number() do
    moves[i] = { set = number(), score = figure(), member = text() }
  end

  applied[change] = holds and "1" or "0"
  if holds then
    for _, put in ipairs(puts) do
      held[put.key] = put.document
      expiry[put.key] = put.expiry
    end
    for key, sum in pairs(sums) do
      held[key] = string.format("%.0f", sum)
      expiry[key] = ""
    end
    for _, move in ipairs(moves) do
      moved[move.set] = moved[move.set] or {}
      moved[move.set][move.member] = move.score
    end
  end
end

local kept, removed = {}, {}
for key = 1, strings do
  if expiry[key] and held[key] then
    if expiry[key] == "" then
      table.insert(kept, KEYS[key])
      table.insert(kept, held[key])
    else
      redis.call("SET", KEYS[key], held[key], "PXAT", expiry[key])
    end
  elseif expiry[key] and isStored[key] then
    table.insert(removed, KEYS[key])
  end
end
for from = 1, #kept, SLICE do redis.call("MSET", unpack(kept, from, math.min(from + SLICE - 1, #kept))) end
for from = 1, #removed, SLICE do redis.call("DEL", unpack(removed, from, math.min(from + SLICE - 1, #removed))) end

for set = strings + 1, #KEYS do
  local added, left = {}, {}
  for member, score in pairs(moved[set] or {}) do
    if score == "" then
      table.insert(left, member)
    else
      table.insert(added, score)
      table.insert(added, member)
    end
  end
  for from = 1, #added, SLICE do
    redis.call("ZADD", KEYS[set], unpack(added, from, math.min(from + SLICE - 1, #added)))
  end
  for from = 1, #left, SLICE do
    redis.call("ZREM", KEYS[set], unpack(left, from, math.min(from + SLICE - 1, #left)))
  end
end

local reply = {}
if cursor < #ARGV then
  local range = { KEYS[number()], unpack(ARGV, cursor + 1) }
  reply = redis.call("ZRANGE", unpack(range))
end
table.insert(reply, 1, table.concat(applied))
return reply
`;
