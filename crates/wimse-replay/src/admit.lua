-- KEYS: the sentinel, the proof, the count of its sender.
-- ARGV: the server, the attempt; the clock of the replica, from when and until when the proof can be admitted, the clock
-- skew, the longest life of an entry, in seconds; the share of a sender.
local clock = tonumber(redis.call('TIME')[1])
local now, from, valid_until = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local skew, longest, share = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local since = birth(KEYS[1], ARGV[1], clock)
if math.abs(clock - now) > skew then
    return 'clock'
end
-- Who admitted it before did so at `from` or later, by a clock that was ahead by the skew at the most.
if from <= since + skew then
    return 'fenced'
end

-- What is there is a replay, unless it is of this very attempt, whose answer got lost.
local function known()
    local attempt = redis.call('GET', KEYS[2])
    return attempt and (attempt == ARGV[2] and 'admitted' or 'replayed')
end

-- What lives now was admitted in this period or the one before.
local period = math.floor(clock / longest)
local count, before = KEYS[3] .. period, KEYS[3] .. (period - 1)
local sent = tonumber(redis.call('GET', count) or 0) + tonumber(redis.call('GET', before) or 0)
if sent >= share then
    return known() or 'share'
end

-- The clock of another replica may be behind by the skew.
local life = string.format('%d', (valid_until + skew - clock) * 1000)
if not redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', life) then
    return known()
end
if redis.call('INCR', count) == 1 then
    redis.call('EXPIRE', count, 2 * longest)
end
return 'admitted'
