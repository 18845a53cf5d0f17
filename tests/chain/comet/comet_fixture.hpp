#pragma once
// A CometChain over a scripted node.

#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/chain/comet/block_events.hpp"
#include "tests/live/scripted_rpc.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

namespace inferd::test {

namespace json = boost::json;

inline json::value golden(const std::string& name) {
  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

inline std::string text(const json::value& v) { return std::string(v.as_string()); }

struct FixedClock : ClockPort {
  Instant at{1'700'000'000'000};
  Instant now() const override { return at; }
};

inline const Wallet wallet{"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv"};
inline const std::string opening = "subscribe " + chain::block_subscriptions("v10", {})[0];
inline const std::string ours = "subscribe tm.event='Tx' AND message.sender='" + wallet.address + "'";
inline const std::string v10 = "/emissions.v10.QueryService/GetParams ", v9 = "/emissions.v9.QueryService/GetParams ";

inline json::value rpc_error(const std::string& data) {
  return {{"jsonrpc", "2.0"}, {"id", 1}, {"error", {{"code", -32603}, {"message", "Internal error"}, {"data", data}}}};
}
inline json::value refused_query(int code, const std::string& log) {
  return {
    {"jsonrpc", "2.0"},
    {"id", 1},
    {"result", {{"response", {{"code", code}, {"codespace", "sdk"}, {"log", log}, {"value", nullptr}, {"height", "9"}}}}}};
}
inline const json::value no_path = refused_query(6, "unknown query path: unknown request");
inline const json::value nothing{{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}};

/// A node that answers every recorded request with the recorded response.
struct World {
  std::shared_ptr<ScriptedRpc> rpc = std::make_shared<ScriptedRpc>();
  std::shared_ptr<ChainPort> chain;
  std::vector<ConnectionUp> ups;
  std::vector<ConnectionDown> downs;
  std::vector<BlockSeen> seen;
  std::vector<TxIncluded> included;
  std::vector<std::string> malformed;
  json::value recorded = golden("queries.json");
  std::shared_ptr<FixedClock> clock = std::make_shared<FixedClock>();

  explicit World(std::set<TopicId> topics = {}) {
    for (const auto& q : recorded.at("queries").as_array())
      rpc->answers[text(q.at("path")) + " " + text(q.at("request"))] = q.at("raw");
    rpc->answers["status"] = recorded.at("rpc").at("status");
    rpc->answers["block_results"] = recorded.at("rpc").at("block_results");
    for (const char* version : {"v10", "v9"})
      for (const auto& query : chain::block_subscriptions(version, topics)) rpc->answers["subscribe " + query] = nothing;
    rpc->answers[ours] = nothing;
    CometSettings settings{.chain_id = "localnet", .wallet = wallet, .clock = clock};
    settings.topics = std::move(topics);
    settings.on_malformed = [this](const std::string& what) { malformed.push_back(what); };
    chain = make_comet_chain(rpc, settings);
    chain->listen(listener());
  }
  ChainPort::Listener listener() {
    return [this](const auto& event_variant) { std::visit([this](const auto& m) { this->record(m); }, event_variant); };
  }
  World& open() {
    rpc->open();
    return *this;
  }
  void record(const ConnectionUp& m) { ups.push_back(m); }
  void record(const ConnectionDown& m) { downs.push_back(m); }
  void record(const BlockSeen& m) { seen.push_back(m); }
  void record(const TxIncluded& m) { included.push_back(m); }

  /// Requires exactly one answer, before ask() returns.
  template <class Answer, class Ask> std::variant<Answer, AskFailed> ask(const Ask& a) {
    std::optional<std::variant<Answer, AskFailed>> got;
    int times = 0;
    chain->ask(a, [&](std::variant<Answer, AskFailed> answer) {
      got = std::move(answer);
      ++times;
    });
    BOOST_REQUIRE_EQUAL(times, 1);
    return *got;
  }
  template <class Answer, class Ask> Answer good(const Ask& a) {
    auto got = ask<Answer>(a);
    if (const auto* failed = std::get_if<AskFailed>(&got)) BOOST_FAIL(failed->reason);
    return std::get<Answer>(got);
  }
  template <class Answer, class Ask> AskFailed bad(const Ask& a) {
    auto got = ask<Answer>(a);
    BOOST_REQUIRE(std::holds_alternative<AskFailed>(got));
    return std::get<AskFailed>(got);
  }
};

inline json::value frame(std::size_t line) {
  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/websocket.jsonl");
  std::string text;
  for (std::size_t i = 0; i <= line; ++i) std::getline(file, text);
  return json::parse(text).at("frame");
}

inline json::value broadcast_result(const std::string& name) {
  const auto all = golden("transactions.json");
  for (const auto& t : all.as_array())
    if (t.at("name") == json::value(name)) return {{"jsonrpc", "2.0"}, {"id", 1}, {"result", t.at("broadcast")}};
  throw std::runtime_error(name);
}

} // namespace inferd::test
