-- Since when the store remembers, in seconds of its own clock. If that is not known, or known of another server, it
-- begins now. A server is known by its run id; "*" stands for one that survives its restarts.
local function birth(sentinel, server, clock)
    local known = redis.call('GET', sentinel)
    if known then
        local of, since = string.match(known, '^(%S+) (%d+)$')
        if of == server then
            return tonumber(since)
        end
    end
    redis.call('SET', sentinel, server .. ' ' .. string.format('%d', clock))
    return clock
end
