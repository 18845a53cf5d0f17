#include "runtime/sim/rpc/rpc_forms.hpp"

#include "base/utc.hpp"
#include "runtime/sim/chain/bytes.hpp"

#include <fmt/format.h>

namespace inferd::sim {

namespace json = boost::json;

namespace {

json::string text(std::int64_t n) { return json::string(std::to_string(n)); }
json::string text(std::uint64_t n) { return json::string(std::to_string(n)); }

/// A stand-in for a block's hashes; depends on chain id, genesis time, seed and height.
std::string hash(const ChainState& chain, const char* what, std::int64_t height) {
  return to_hex(sha256(fmt::format("{}/{}/{}/{}/{}", chain.settings().chain_id, chain.settings().genesis.value,
                                   chain.settings().seed, what, height)),
                true);
}

/// Prepends an event of another module, as every real block has: clients must ignore unknown events.
std::vector<Event> with_emission(const Block& block) {
  std::vector<Event> events;
  events.push_back(
    {"mint.v3.EventRewardCurrentBlockEmission",
     {{"block_height", quoted(block.height)}, {"token_amount", "\"819173177083333281\""}, {"mode", "BeginBlock"}}});
  events.insert(events.end(), block.events.begin(), block.events.end());
  return events;
}

/// TxMsgData{2 msg_responses: Any{1 type_url}}, the result of a successful message.
std::string returned(const TxResult& tx) {
  if (tx.type_url.empty()) return {};
  auto type = tx.type_url;
  if (const auto at = type.rfind("Request"); at != std::string::npos) type.replace(at, 7, "Response");
  const std::string any = '\x0a' + std::string(1, static_cast<char>(type.size())) + type; // lengths < 128
  return '\x12' + std::string(1, static_cast<char>(any.size())) + any;
}

json::object result_json(const TxResult& tx) {
  const auto data = returned(tx);
  return {{"code", tx.outcome.code},
          {"data", data.empty() ? json::value(nullptr) : json::value(to_base64(data))},
          {"log", tx.outcome.log},
          {"info", ""},
          {"gas_wanted", text(tx.gas_wanted)},
          {"gas_used", text(tx.outcome.gas_used)},
          {"events", events_json(tx.events)},
          {"codespace", tx.outcome.codespace}};
}

json::object block_id(const ChainState& chain, std::int64_t height) {
  return {{"hash", hash(chain, "block", height)}, {"parts", {{"total", 1}, {"hash", hash(chain, "parts", height)}}}};
}

} // namespace

json::object status_json(const ChainState& chain) {
  const auto height = chain.height();
  return {{"node_info",
           {{"protocol_version", {{"p2p", "8"}, {"block", "11"}, {"app", "0"}}},
            {"id", hash(chain, "node", 0).substr(0, 40)},
            {"listen_addr", "tcp://127.0.0.1:26656"},
            {"network", chain.settings().chain_id},
            {"version", "0.38.19"},
            {"moniker", "inferd-sim"},
            {"other", {{"tx_index", "on"}, {"rpc_address", "tcp://127.0.0.1:26657"}}}}},
          {"sync_info",
           {{"latest_block_hash", hash(chain, "block", height)},
            {"latest_app_hash", hash(chain, "app", height)},
            {"latest_block_height", text(height)},
            {"latest_block_time", utc_text_ms(chain.time())},
            {"earliest_block_hash", hash(chain, "block", chain.oldest_block())},
            {"earliest_block_height", text(chain.oldest_block())},
            {"earliest_block_time", utc_text_ms(chain.settings().genesis)},
            {"catching_up", false}}},
          {"validator_info", {{"address", hash(chain, "validator", 0).substr(0, 40)}, {"voting_power", "90000000"}}}};
}

json::object query_json(const QueryAnswer& answer) {
  const auto& o = answer.outcome;
  return {{"response",
           {{"code", o.code},
            {"log", o.log},
            {"info", ""},
            {"index", "0"},
            {"key", nullptr},
            {"value", o.ok() ? json::value(to_base64(answer.value)) : json::value(nullptr)},
            {"proofOps", nullptr},
            {"height", text(answer.height)},
            {"codespace", o.codespace}}}};
}

json::object check_json(const CheckAnswer& answer) {
  return {{"code", answer.outcome.code},
          {"data", ""},
          {"log", answer.outcome.log},
          {"codespace", answer.outcome.codespace},
          {"hash", answer.hash}};
}

json::object tx_json(const TxResult& tx) {
  return {{"hash", tx.hash},
          {"height", text(tx.height)},
          {"index", tx.index},
          {"tx_result", result_json(tx)},
          {"tx", to_base64(tx.bytes)}};
}

json::object block_json(const ChainState& chain, const Block& block) {
  json::array txs;
  for (const auto& tx : block.txs) txs.emplace_back(to_base64(tx->bytes));
  return {{"block_id", block_id(chain, block.height)},
          {"block",
           {{"header",
             {{"version", {{"block", "11"}}},
              {"chain_id", chain.settings().chain_id},
              {"height", text(block.height)},
              {"time", utc_text_ms(block.time)},
              {"last_block_id", block_id(chain, block.height - 1)},
              {"app_hash", hash(chain, "app", block.height)}}},
            {"data", {{"txs", std::move(txs)}}},
            {"evidence", {{"evidence", json::array{}}}}}}};
}

json::object block_results_json(const ChainState& chain, const Block& block) {
  json::value results(nullptr);
  if (!block.txs.empty()) {
    auto& list = results.emplace_array();
    for (const auto& tx : block.txs) list.push_back(result_json(*tx));
  }
  return {{"height", text(block.height)},
          {"txs_results", std::move(results)},
          {"finalize_block_events", events_json(with_emission(block))},
          {"validator_updates", nullptr},
          {"app_hash", to_base64(hash(chain, "app", block.height).substr(0, 32))}};
}

Published block_published(const ChainState&, const Block& block) {
  const auto events = with_emission(block);
  Published out;
  out.data = {
    {"type", "tendermint/event/NewBlockEvents"},
    {"value", {{"height", text(block.height)}, {"events", events_json(events)}, {"num_txs", text(block.txs.size())}}}};
  out.index = events_index(events);
  out.index["tm.event"] = json::array{"NewBlockEvents"};
  return out;
}

Published tx_published(const TxResult& tx) {
  auto result = result_json(tx);
  for (const char* name : {"log", "info", "codespace"}) // frames omit empty fields, responses do not
    if (result.at(name).get_string().empty()) result.erase(name);
  if (tx.outcome.ok()) result.erase("code");
  if (result.at("data").is_null()) result.erase("data");
  json::object body{{"height", text(tx.height)}, {"tx", to_base64(tx.bytes)}, {"result", std::move(result)}};
  if (tx.index > 0) body["index"] = tx.index;
  Published out;
  out.data = {{"type", "tendermint/event/Tx"}, {"value", {{"TxResult", std::move(body)}}}};
  out.index = events_index(tx.events);
  out.index["tm.event"] = json::array{"Tx"};
  out.index["tx.hash"] = json::array{tx.hash};
  out.index["tx.height"] = json::array{std::to_string(tx.height)};
  return out;
}

} // namespace inferd::sim
