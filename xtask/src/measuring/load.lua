-- What wrk sends, and how it tells what came of it: one line of JSON.
--
-- Arguments: KIND AUTHORIZATION SEED, then what the kind takes. Where there are several communities, AUTHORIZATION is that of each,
-- with commas between them; rank changes and reads of accounts are spread over them at random, all else goes to the first.

-- Those of each community.
local ALL_HEADERS = {}
-- Those of the first.
local HEADERS

local function account(i)
  return string.format("%08x-0000-4000-8000-%012x", i, i)
end

-- A random account, as a number of its own, with its community's headers and its path.
local function random_account(accounts)
  local community, i = math.random(0, #ALL_HEADERS - 1), math.random(0, accounts - 1)
  return community * accounts + i, ALL_HEADERS[community + 1], "/v2/community/accounts/" .. account(i)
end

-- Answers, for each account, now true and now false, so that each request changes something.
local function toggle()
  local held = {}
  return function(i)
    held[i] = not held[i]
    return held[i]
  end
end

-- Each takes its own arguments, and answers the function that makes a request.
local kinds = {}

-- ACCOUNTS RANK: gives the rank to a random account, or takes it away.
function kinds.changes(accounts, rank)
  local add = '{"add":["' .. rank .. '"]}'
  local remove = '{"remove":["' .. rank .. '"]}'
  local gives = toggle()
  return function()
    local i, headers, path = random_account(accounts)
    return wrk.format("PATCH", path .. "/ranks", headers, gives(i) and add or remove)
  end
end

-- ACCOUNTS RANK: gives the rank to the first accounts, to each once, and then ends the run.
function kinds.gifts(accounts, rank)
  local next = -2 -- the first request is a trial of wrk's, and not sent
  local answered = 0
  function response()
    answered = answered + 1
    -- By a thousand answers later each connection has got those that count.
    if answered == accounts + 1000 then wrk.thread:stop() end
  end
  return function()
    next = next + 1
    if next >= accounts then return wrk.format("GET", "/v2/community/accounts/" .. account(0), HEADERS) end
    local path = "/v2/community/accounts/" .. account(next) .. "/ranks"
    return wrk.format("PATCH", path, HEADERS, '{"add":["' .. rank .. '"]}')
  end
end

-- NEWEST: undoes change after change, from the newest to the first.
function kinds.undos(newest)
  local number = newest + 1
  return function()
    number = number - 1
    local path = "/v2/community/rank-changes/" .. number .. "/undo"
    return wrk.format("POST", path, HEADERS, '{"onConflict":"skip"}')
  end
end

-- ACCOUNTS: a random account.
function kinds.reads(accounts)
  return function()
    local _, headers, path = random_account(accounts)
    return wrk.format("GET", path, headers)
  end
end

-- ACCOUNTS: the newest changes of a random account.
function kinds.history(accounts)
  return function()
    local path = "/v2/community/rank-changes?accountId=" .. account(math.random(0, accounts - 1))
    return wrk.format("GET", path, HEADERS)
  end
end

-- BODY: the same request each time, as large as a rank change.
function kinds.fixed_patch(body)
  return function()
    return wrk.format("PATCH", "/v2/community/accounts/" .. account(1) .. "/ranks", HEADERS, body)
  end
end

function kinds.fixed_get()
  return function()
    return wrk.format("GET", "/v2/community/accounts/" .. account(1), HEADERS)
  end
end

local function record(i)
  return string.format("/api/collections/accounts/records/%015d", i)
end

-- ACCOUNTS: PocketBase's changes.
function kinds.record_changes(accounts)
  local gives = toggle()
  return function()
    local i = math.random(0, accounts - 1)
    local ranks = gives(i) and '["rank-0","rank-1","rank-2"]' or '["rank-0","rank-1"]'
    return wrk.format("PATCH", record(i), HEADERS, '{"ranks":' .. ranks .. "}")
  end
end

-- ACCOUNTS: PocketBase's reads.
function kinds.record_reads(accounts)
  return function()
    return wrk.format("GET", record(math.random(0, accounts - 1)), HEADERS)
  end
end

function init(args)
  for authorization in string.gmatch(args[2] .. ",", "([^,]*),") do
    ALL_HEADERS[#ALL_HEADERS + 1] = { ["Content-Type"] = "application/json", ["Authorization"] = authorization }
  end
  HEADERS = ALL_HEADERS[1]
  math.randomseed(tonumber(args[3]))
  request = kinds[args[1]](tonumber(args[4]) or args[4], args[5])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
