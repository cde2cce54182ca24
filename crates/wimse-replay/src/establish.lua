-- KEYS: the sentinel. ARGV: the server.
birth(KEYS[1], ARGV[1], tonumber(redis.call('TIME')[1]))
return 'established'
