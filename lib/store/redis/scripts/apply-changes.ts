/**
 * Applies changes, each whole or not at all, and answers a "1" or "0" for each; with a range, what
 * the set then holds stands behind it.
 *
 * All that is guarded is read by one MGET, and what is left is written by kind: each call in a script is billed,
 * whatever it carries. Beside the calls it is the interpreting that costs, so the changes that do not touch each other
 * (`head.together`, the first so many) are not looked at one by one: where all their guards hold, they are written as
 * they came, and where one does not, nothing is done and the answer has no marks: it is to be sent again with all
 * figures. The others are each decided on their own on the table `held`.
 * What the arguments hold, `encodeChanges` says. A key is named by its place in KEYS.
 */
export const APPLY_CHANGES = /* lua */ `
local SLICE = 7000 -- unpack ends near 8,000; even, for lists of pairs
local KEYS, ARGV, find, sub, tonumber, unpack = KEYS, ARGV, string.find, string.sub, tonumber, unpack

local head = cjson.decode(ARGV[1])
local changes, documents, counters = head.changes, head.documents, head.counters
local strings = documents + counters

local held, isStored = {}, {}
for from = 1, strings, SLICE do
  local values = redis.call("MGET", unpack(KEYS, from, math.min(from + SLICE - 1, strings)))
  for i, value in ipairs(values) do
    held[from + i - 1] = value
    isStored[from + i - 1] = value ~= false
  end
end

local function revision(document)
  local ends = document and find(document, "\\n", 1, true)
  return ends and tonumber(sub(document, 1, ends - 1)) or 0
end

local function allHold()
  for key, guard in ipairs(head.guards) do
    local document = held[key]
    if guard == 0 then
      if document then return false end
    elseif guard and not (document and sub(document, 1, #guard) == guard) then
      return false
    end
  end
  for i, sum in ipairs(head.sums) do
    if sum[2] and tonumber(held[documents + i] or 0) + sum[1] > sum[2] then return false end
  end
  return true
end

local expiry, moved, marks = {}, {}, {}

local function applyTogether()
  local expiries, text = head.expiries, 2
  for key = 1, #head.guards do
    local expires = expiries and expiries[key] or ""
    if expires ~= "kept" then
      expiry[key] = expires
      if expires == "gone" then
        held[key] = false
      else
        text = text + 1
        held[key] = ARGV[text]
      end
    end
  end
  for i, sum in ipairs(head.sums) do
    held[documents + i] = string.format("%.0f", tonumber(held[documents + i] or 0) + sum[1])
    expiry[documents + i] = ""
  end
end

-- a put: key, guard (1: at this revision, 0: below it), revision, expiry ("kept": it only asks), text or 0
-- an add: counter, by, max or false; a move: set, 1 for in and 0 for out, place in the set's list; a drop: counter
local function applyOneByOne(figures, first)
  local at = 0
  for change = first, changes do
    local holds = true
    local puts, firstPut = figures[at + 1], at + 1
    at = firstPut
    for _ = 1, puts do
      local rev, bound = revision(held[figures[at + 1]]), figures[at + 3]
      if figures[at + 2] == 1 then
        holds = holds and rev == bound
      else
        holds = holds and rev < bound
      end
      at = at + 5
    end
    local adds, sums = figures[at + 1], {}
    at = at + 1
    for _ = 1, adds do
      local key, max = documents + figures[at + 1], figures[at + 3]
      sums[key] = (sums[key] or tonumber(held[key] or 0)) + figures[at + 2]
      holds = holds and (not max or sums[key] <= max)
      at = at + 3
    end
    local moves, firstMove = figures[at + 1], at + 1
    at = firstMove + 3 * moves
    local drops, firstDrop = figures[at + 1], at + 1
    at = firstDrop + drops

    table.insert(marks, holds and "1" or "0")
    if holds then
      for put = firstPut, firstPut + 5 * (puts - 1), 5 do
        local key, expires, text = figures[put + 1], figures[put + 4], figures[put + 5]
        if expires ~= "kept" then
          held[key] = text > 0 and ARGV[text]
          expiry[key] = expires
        end
      end
      for key, sum in pairs(sums) do
        held[key] = string.format("%.0f", sum)
        expiry[key] = ""
      end
      for move = firstMove, firstMove + 3 * (moves - 1), 3 do
        local set, place = figures[move + 1], figures[move + 3]
        local span = head.spans[set]
        moved[set] = moved[set] or {}
        if figures[move + 2] == 1 then
          moved[set][ARGV[span[1] + place + 1]] = ARGV[span[1] + place]
        else
          moved[set][ARGV[span[3] + place]] = false
        end
      end
      for drop = firstDrop + 1, firstDrop + drops do
        local key = documents + figures[drop]
        held[key] = false
        expiry[key] = ""
      end
    end
  end
end

local together = head.together
if together > 0 then
  if not allHold() then return { "" } end
  applyTogether()
end
if together < changes then applyOneByOne(cjson.decode(ARGV[2]), together + 1) end

local kept, count, removed = {}, 0, {}
for key = 1, strings do
  local expires = expiry[key]
  if expires and held[key] then
    if expires == "" then
      kept[count + 1] = KEYS[key]
      kept[count + 2] = held[key]
      count = count + 2
    else
      redis.call("SET", KEYS[key], held[key], "PXAT", expires)
    end
  elseif expires and isStored[key] then
    removed[#removed + 1] = KEYS[key]
  end
end
for from = 1, count, SLICE do redis.call("MSET", unpack(kept, from, math.min(from + SLICE - 1, count))) end
for from = 1, #removed, SLICE do redis.call("DEL", unpack(removed, from, math.min(from + SLICE - 1, #removed))) end

local function addTo(key, list, first, last)
  for from = first, last, SLICE do redis.call("ZADD", key, unpack(list, from, math.min(from + SLICE - 1, last))) end
end
local function takeFrom(key, list, first, last)
  for from = first, last, SLICE do redis.call("ZREM", key, unpack(list, from, math.min(from + SLICE - 1, last))) end
end

for set, span in ipairs(head.spans) do
  local key, members = KEYS[strings + set], moved[set]
  if together > 0 and not members then
    addTo(key, ARGV, span[1], span[2])
    takeFrom(key, ARGV, span[3], span[4])
  elseif members then
    if together > 0 then
      for i = span[1], span[2], 2 do
        if members[ARGV[i + 1]] == nil then members[ARGV[i + 1]] = ARGV[i] end
      end
      for i = span[3], span[4] do
        if members[ARGV[i]] == nil then members[ARGV[i]] = false end
      end
    end
    local added, left = {}, {}
    for member, score in pairs(members) do
      if score then
        table.insert(added, score)
        table.insert(added, member)
      else
        table.insert(left, member)
      end
    end
    addTo(key, added, 1, #added)
    takeFrom(key, left, 1, #left)
  end
end

local reply = {}
if head.range then
  reply = redis.call("ZRANGE", KEYS[strings + head.range[1]], unpack(ARGV, head.range[2]))
end
table.insert(reply, 1, string.rep("1", together) .. table.concat(marks))
return reply
`;
