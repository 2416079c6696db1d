-- What wrk posts: the batches that the run engine sends, for USERS users in turns, with the token of TOKEN.

local requests, next_one = {}, 0

function init()
  local headers = {
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/json",
    ["client-request-id"] = "11111111-2222-4333-8444-555555555555",
  }
  for first = 1, tonumber(os.getenv("USERS")), 20 do
    local items = {}
    for number = first, first + 19 do
      items[#items + 1] = string.format(
        '{"id":"%d","method":"POST","url":"/users/user%06d%%40contoso.example/invalidateAllRefreshTokens",'
          .. '"headers":{"Content-Type":"application/json"},"body":{}}',
        number - first, number)
    end
    local body = '{"requests":[' .. table.concat(items, ",") .. "]}"
    requests[#requests + 1] = wrk.format("POST", "/beta/$batch", headers, body)
  end
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
