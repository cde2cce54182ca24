-- KEYS: the sentinel. ARGV: the server.
local since = birth(KEYS[1], ARGV[1], tonumber(redis.call('TIME')[1]))
-- Written again as it is: a server that accepts no writes says so now.
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. string.format('%d', since))
return 'established'
