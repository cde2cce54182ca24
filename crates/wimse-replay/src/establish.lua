-- KEYS: the sentinel. ARGV: the server.
local clock = tonumber(redis.call('TIME')[1])
return { clock, birth(KEYS[1], ARGV[1], clock) }
