const SHEBANG = "#!lua flags=allow-key-locking\n";

/**
 * A script as plain Redis takes it, in the hold that Upstash has on one that locks by key: the first
 * line, which Redis refuses, is taken off, and a command on a key that is not in KEYS fails.
 */
export function withDeclaredKeys(script: string): string {
  if (!script.startsWith(SHEBANG)) throw new Error("ERR the script would lock the whole database");
  return GUARD + script.slice(SHEBANG.length);
}

const GUARD = /* lua */ `
local server = redis
local declared = {}
for _, key in ipairs(KEYS) do declared[key] = true end

-- which arguments are keys: the first, every one, or every second one
local STEPS = { GET = 0, SET = 0, ZADD = 0, ZREM = 0, ZRANGE = 0, ZCARD = 0, MGET = 1, DEL = 1, MSET = 2 }

local redis = setmetatable({ call = function(name, ...)
  local step = STEPS[name]
  if not step then error("ERR the guard does not know " .. name) end
  local args = {...}
  for i = 1, step == 0 and 1 or #args, math.max(step, 1) do
    if not declared[args[i]] then
      error("ERR Dynamic keys are not allowed in Lua scripts when 'allow-key-locking' flag is set. Key was: " .. args[i])
    end
  end
  return server.call(name, ...)
end }, { __index = server })
`;
