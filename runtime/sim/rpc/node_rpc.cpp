#include "runtime/sim/rpc/node_rpc.hpp"

#include "messages/bounded_json.hpp"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/rpc/rpc_forms.hpp"
#include "runtime/sim/rpc/rpc_params.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

namespace inferd::sim {

namespace json = boost::json;

namespace {

constexpr std::size_t max_subscriptions = 5;
constexpr std::size_t max_query_length = 512;

json::object envelope(const json::value& id) { return {{"jsonrpc", "2.0"}, {"id", id}}; }

json::object error_json(const RpcError& error) {
  json::object out{{"code", error.code}, {"message", error.message}};
  if (!error.data.empty()) out["data"] = error.data;
  return out;
}

const Block& block_at(const ChainState& chain, std::optional<std::int64_t> asked) {
  const auto height = asked.value_or(chain.height());
  if (height <= 0) throw internal_error("height must be greater than 0, but got " + std::to_string(height));
  if (height > chain.height())
    throw internal_error("height " + std::to_string(height) + " must be less than or equal to the current blockchain height " +
                         std::to_string(chain.height()));
  const auto* block = chain.block(height);
  if (!block)
    throw internal_error("height " + std::to_string(height) + " is not available, lowest height is " +
                         std::to_string(chain.oldest_block()));
  return *block;
}

json::value tx_by_hash(const ChainState& chain, const Params& params) {
  const auto hash = to_hex(params.base64("hash"), true);
  const auto* tx = chain.tx(hash);
  if (!tx) throw internal_error("tx (" + hash + ") not found");
  return tx_json(*tx);
}

json::value tx_search(const ChainState& chain, const Params& params) {
  const auto query = EventQuery::parse(params.text("query"));
  if (const auto* error = std::get_if<std::string>(&query)) throw internal_error("failed to parse query: " + *error);
  const auto wanted = std::clamp<std::int64_t>(params.integer("per_page").value_or(30), 1, 100);
  json::array found;
  std::int64_t total = 0;
  for (const auto* tx : chain.recent_txs()) {
    if (!std::get<EventQuery>(query).matches(tx_published(*tx).index)) continue;
    if (++total <= wanted) found.push_back(tx_json(*tx));
  }
  return json::object{{"txs", std::move(found)}, {"total_count", std::to_string(total)}};
}

json::value broadcast(ChainState& chain, const Params& params) {
  const auto answer = chain.check_tx(params.base64("tx"));
  if (!answer.error.empty()) throw internal_error(answer.error);
  return check_json(answer);
}

json::value subscribe(Session* session, const Params& params, const json::value& id) {
  if (!session) throw RpcError{-32601, "Method not found", {}};
  const auto text = params.text("query");
  auto& held = session->subscriptions;
  if (held.size() >= max_subscriptions)
    throw internal_error("max_subscriptions_per_client " + std::to_string(max_subscriptions) + " reached");
  if (text.size() > max_query_length) throw internal_error("maximum query length exceeded");
  auto parsed = EventQuery::parse(text);
  if (const auto* error = std::get_if<std::string>(&parsed)) throw internal_error("failed to parse query: " + *error);
  if (std::any_of(held.begin(), held.end(), [&](const auto& s) { return s.query == text; }))
    throw internal_error("already subscribed");
  held.push_back({text, std::get<EventQuery>(std::move(parsed)), id});
  return json::object{};
}

json::value unsubscribe(Session* session, const Params& params) {
  if (!session) throw RpcError{-32601, "Method not found", {}};
  const auto text = params.text("query");
  if (std::erase_if(session->subscriptions, [&](const auto& s) { return s.query == text; }) == 0)
    throw internal_error("subscription not found");
  return json::object{};
}

json::value unsubscribe_all(Session* session) {
  if (!session) throw RpcError{-32601, "Method not found", {}};
  if (session->subscriptions.empty()) throw internal_error("subscription not found");
  session->subscriptions.clear();
  return json::object{};
}

/// Names of positional parameters.
const std::map<std::string, std::vector<const char*>, std::less<>> positions{
  {"abci_query", {"path", "data", "height", "prove"}},
  {"broadcast_tx_sync", {"tx"}},
  {"tx", {"hash", "prove"}},
  {"block", {"height"}},
  {"block_results", {"height"}},
  {"tx_search", {"query", "prove", "page", "per_page", "order_by"}},
  {"subscribe", {"query"}},
  {"unsubscribe", {"query"}}};

json::object named_params(const std::string& method, const json::value* params) {
  if (!params || params->is_null()) return {};
  if (const auto* object = params->if_object()) return *object;
  const auto* list = params->if_array();
  if (!list) throw invalid_params("error converting json params to arguments: unknown type for JSON params");
  const auto names = positions.find(method);
  const auto expected = names == positions.end() ? 0 : names->second.size();
  if (list->size() > expected)
    throw invalid_params("error converting json params to arguments: expected " + std::to_string(expected) +
                         " parameters, got " + std::to_string(list->size()));
  json::object out;
  for (std::size_t i = 0; i < list->size(); ++i) out[names->second[i]] = (*list)[i];
  return out;
}

} // namespace

json::value Rpc::result_of(const std::string& method, const json::object& values, const json::value& id, Session* session) {
  const Params params(values);
  count(method, params);
  if (method == "abci_query")
    return query_json(abci_query(chain_, params.text("path"), params.hex("data"), params.integer("height").value_or(0)));
  if (method == "broadcast_tx_sync") return broadcast(chain_, params);
  if (method == "tx") return tx_by_hash(chain_, params);
  if (method == "status") return status_json(chain_);
  if (method == "block_results") return block_results_json(chain_, block_at(chain_, params.integer("height")));
  if (method == "block") return block_json(chain_, block_at(chain_, params.integer("height")));
  if (method == "tx_search") return tx_search(chain_, params);
  if (method == "health") return json::object{};
  if (method == "subscribe") return subscribe(session, params, id);
  if (method == "unsubscribe") return unsubscribe(session, params);
  if (method == "unsubscribe_all") return unsubscribe_all(session);
  throw RpcError{-32601, "Method not found", {}};
}

void Rpc::count(const std::string& method, const Params& params) {
  auto name = method;
  if (method == "abci_query") {
    const auto path = params.text("path");
    name = path.substr(path.rfind('/') + 1);
  }
  if (requests_.size() < 64 || requests_.contains(name)) ++requests_[name]; // bounded, because names are untrusted
}

json::value Rpc::answer(const json::value& request, Session* session) {
  const auto* object = request.if_object();
  const auto* method = object ? object->if_contains("method") : nullptr;
  const auto* id = object ? object->if_contains("id") : nullptr;
  if (object && (!id || id->is_null()) && method) return nullptr; // a notification
  const bool valid_id = id && (id->is_string() || id->is_number());
  auto out = envelope(valid_id ? *id : json::value(-1));
  if (!valid_id || !method || !method->is_string()) {
    out["error"] = error_json({-32600, "Invalid Request", "a request needs a method and an id"});
    return out;
  }
  try {
    const std::string name(method->get_string());
    out["result"] = result_of(name, named_params(name, object->if_contains("params")), *id, session);
  } catch (const RpcError& error) {
    // Over WebSocket CometBFT reports wrong parameters as an internal error.
    out["error"] = error_json(session && error.code == -32602 ? internal_error(error.data) : error);
  }
  return out;
}

Rpc::Reply Rpc::answer(std::string_view text, Session* session) {
  json::error_code failed;
  const auto request = parse_bounded_json(text, failed);
  if (failed) {
    const RpcError error{-32700, "Parse error. Invalid JSON", "error unmarshaling request: " + failed.message()};
    return {500, json::serialize(json::object{{"jsonrpc", "2.0"}, {"error", error_json(error)}})};
  }
  if (!request.is_array()) {
    const auto out = answer(request, session);
    return {200, out.is_null() ? std::string() : json::serialize(out)};
  }
  json::array answers;
  for (const auto& each : request.get_array())
    if (auto out = answer(each, session); !out.is_null()) answers.push_back(std::move(out));
  return {200, answers.empty() ? std::string() : json::serialize(answers)};
}

std::vector<json::object> Rpc::frames(const Block& block, const Session& session) const {
  std::vector<json::object> out;
  const auto publish = [&](const char* type, auto make) {
    const auto wants = [&](const auto& s) {
      const auto wanted = s.parsed.wanted("tm.event");
      return wanted.empty() || wanted == type;
    };
    if (std::none_of(session.subscriptions.begin(), session.subscriptions.end(), wants)) return; // no subscriber
    const Published published = make();
    for (const auto& s : session.subscriptions) {
      if (!s.parsed.matches(published.index)) continue;
      auto frame = envelope(s.id);
      frame["result"] = json::object{{"query", s.query}, {"data", published.data}, {"events", published.index}};
      out.push_back(std::move(frame));
    }
  };
  publish("NewBlockEvents", [&] { return block_published(chain_, block); });
  for (const auto& tx : block.txs) publish("Tx", [&] { return tx_published(*tx); });
  return out;
}

} // namespace inferd::sim
