-- Counts a request, or refuses it, for all nodes. The request takes from each of its buckets (GCRA), and passes only
-- if all of them have room, or will have it while the request waits; a refused one takes from none.
--
-- KEYS  the buckets: when each will be full again, in microseconds of the clock here; none if it is full
-- ARGV  how many microseconds the request would wait; then for each bucket: after how many microseconds another
--       request passes, and how many pass at once
-- Answers for each bucket how many more would pass at once, and how many microseconds to wait: 0 if it has room.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local patience = tonumber(ARGV[1])
local until_full, answer, passes = {}, {}, true

for i, bucket in ipairs(KEYS) do
    local period, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local before = math.max((tonumber(redis.call('GET', bucket)) or 0) - now, 0)
    if before > 120000000 then
        before = 0 -- No bucket takes more than a minute, and another for those who wait: the clock was set back.
    end
    local room = period * (burst - 1) - before
    passes = passes and room >= -patience
    until_full[i] = before + period
    answer[2 * i - 1] = math.max(math.floor(room / period), 0)
    answer[2 * i] = math.max(-room, 0)
end

if passes then
    for i, bucket in ipairs(KEYS) do
        local full_at = string.format('%.0f', now + until_full[i])
        redis.call('SET', bucket, full_at, 'PX', math.ceil(until_full[i] / 1000))
    end
end
return answer
