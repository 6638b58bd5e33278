-- Sends the requests of a file, a line each: method, path, access token and body between tabs.
-- They are sent round and round, or once ("once"), and each round says what it measured in JSON.
-- Every twentieth closes its connection: which of the web workers has how many would be left to
-- chance for a whole round otherwise, and one with all of them answers half as many.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long microseconds; } moment;
  int gettimeofday(moment *now, void *zone);
]]

local function now()
  local moment = ffi.new("moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) + tonumber(moment.microseconds) / 1e6
end

local CLOSED_AFTER = 20  -- requests
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  requests, closing, sent, answered, refused, began, ended, first_refusal = {}, {}, 0, 0, 0, 0, 0, ""
  once = arguments[2] == "once"
  for line in io.lines(arguments[1]) do
    local method, path, token, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local headers = { ["Content-Type"] = "application/json" }
    if token ~= "" then headers[token:match("^sessionid=") and "Cookie" or "Authorization"] = token end
    body = body ~= "" and body or nil
    table.insert(requests, wrk.format(method, path, headers, body))
    headers["Connection"] = "close"
    table.insert(closing, wrk.format(method, path, headers, body))
  end
end

function request()
  if sent == 0 then began = now() end
  sent = sent + 1
  local kind = sent % CLOSED_AFTER == 0 and closing or requests
  return kind[(sent - 1) % #requests + 1]
end

function response(status, headers, body)
  if once and answered + refused >= #requests then return end
  if status < 300 then answered = answered + 1 else refused = refused + 1 end
  if status >= 300 and first_refusal == "" then first_refusal = status .. " " .. body:sub(1, 200):gsub("%c", " ") end
  ended = now()
  if once and answered + refused >= #requests then wrk.thread:stop() end
end

function done(summary, latency)
  local thread = threads[1]
  io.write(string.format(
    '{"answered": %d, "refused": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "refusal": %q}\n',
    thread:get("answered"), thread:get("refused"), thread:get("ended") - thread:get("began"),
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    thread:get("first_refusal")))
end
