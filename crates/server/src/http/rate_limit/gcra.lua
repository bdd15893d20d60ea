-- Counts a request, or refuses it: the bucket (GCRA) of one credential at one endpoint, for all nodes.
--
-- KEYS[1]  the bucket: when it will be full again, in microseconds of the clock here; none if it is full
-- ARGV[1]  after how many microseconds another request passes
-- ARGV[2]  how many pass at once
-- Answers how many more would pass at once, and how many microseconds to wait: 0 if this request passes.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period, burst = tonumber(ARGV[1]), tonumber(ARGV[2])

local until_full = math.max((tonumber(redis.call('GET', KEYS[1])) or 0) - now, 0)
if until_full > 60000000 then
    until_full = 0 -- No bucket takes more than a minute: the clock was set back.
end

local room = period * (burst - 1) - until_full
if room < 0 then
    return {0, -room}
end

until_full = until_full + period
redis.call('SET', KEYS[1], string.format('%.0f', now + until_full), 'PX', math.ceil(until_full / 1000))
return {math.floor(room / period), 0}
