-- One of three loads on the control plane, by its name; the ids to work on come one per line in the file IDS.
-- Prints one line of JSON at the end.

local load, ids = os.getenv("LOAD"), {}
for id in io.lines(os.getenv("IDS")) do
  ids[#ids + 1] = id
end

local headers = { ["X-API-Key"] = os.getenv("API_KEY"), ["Content-Type"] = "application/json" }
local changing = { ["If-Match"] = "*" }
for name, value in pairs(headers) do
  changing[name] = value
end

local count = 0

local function read()
  return wrk.format("GET", "/api/v1/pipelines/" .. ids[math.random(#ids)], headers)
end

local function write()
  count = count + 1
  local body = string.format('{"labels":{"turn":"%d"}}', count)
  return wrk.format("PATCH", "/api/v1/pipelines/" .. ids[math.random(#ids)], changing, body)
end

local function batch()
  local items = {}
  for item = 1, 200 do
    items[item] = string.format('{"kind":"pipeline","id":"%s"}', ids[math.random(#ids)])
  end
  return wrk.format("POST", "/api/v1/resources:batchGet", headers, '{"items":[' .. table.concat(items, ",") .. "]}")
end

function init()
  math.randomseed(os.time())
end

function request()
  if load == "batch" then
    return batch()
  end
  -- One in ten of the mixed load changes something.
  if load == "mixed" and math.random(10) == 1 then
    return write()
  end
  return read()
end

function done(summary, latency)
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"failures":%d,"p50":%d,"p95":%d,"p99":%d}\n',
    summary.requests, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
