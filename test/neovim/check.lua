-- Runs in a headless Neovim after the block of server/docs/editors.md: asks as a person would, writes what came.
local out = { errors = {} }
local function wait(what, ask)
  local answer
  if not vim.wait(20000, function() answer = ask(); return answer ~= nil and answer ~= false end, 50) then
    table.insert(out.errors, 'waited in vain: ' .. what)
  end
  return answer
end
local function request(buffer, method, params)
  for _, one in pairs(vim.lsp.buf_request_sync(buffer, method, params, 10000) or {}) do
    if one.result ~= nil then return one.result end
  end
end
local function plain(list)
  return vim.tbl_map(function(one)
    return { line = one.lnum, column = one.col, code = one.code, message = one.message, source = one.source }
  end, list)
end

local ok, failure = pcall(function()
  vim.cmd('edit src/orders.ts')
  local buffer = vim.api.nvim_get_current_buf()
  wait('diagnostics', function() return #vim.diagnostic.get(buffer) > 0 end)
  out.diagnostics = plain(vim.diagnostic.get(buffer))

  local first = vim.diagnostic.get(buffer)[1]
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
  out.hover = request(buffer, 'textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'))

  local params = vim.lsp.util.make_range_params(0, 'utf-16')
  params.context = { diagnostics = {} }
  local actions = wait('code actions', function()
    local found = request(buffer, 'textDocument/codeAction', params)
    return found and #found > 0 and found
  end) or {}
  out.actions = vim.tbl_map(function(one) return one.title end, actions)
  for _, one in ipairs(actions) do
    if one.edit and one.title:find('this line') then
      vim.lsp.util.apply_workspace_edit(one.edit, 'utf-16')
      break
    end
  end
  out.text = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  wait('no diagnostics after the action', function() return #vim.diagnostic.get(buffer) == 0 end)
  out.after = plain(vim.diagnostic.get(buffer))

  vim.cmd('edit! shardlint.yaml')
  local map = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(map, -1, -1, false, { 'router2: 1' })
  wait('the mistake in the map', function() return #vim.diagnostic.get(map) > 0 end)
  out.map = plain(vim.diagnostic.get(map))
  vim.api.nvim_buf_set_lines(map, -2, -1, false, { 'ro' })
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(map), 2 })
  local offers = wait('completion', function()
    return request(map, 'textDocument/completion', vim.lsp.util.make_position_params(0, 'utf-16'))
  end) or {}
  out.completion = vim.tbl_map(function(one) return one.label end, offers.items or offers)
end)
if not ok then table.insert(out.errors, tostring(failure)) end
vim.fn.writefile({ vim.fn.json_encode(out) }, vim.env.SHARDLINT_RESULT)
vim.cmd('qall!')
