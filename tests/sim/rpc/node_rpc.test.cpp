#define BOOST_TEST_MODULE sim_rpc
#include "runtime/sim/rpc/node_rpc.hpp"
#include "tests/sim/sim_golden.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd::sim;
using namespace inferd::sim::test;
namespace json = boost::json;

namespace {

json::object request(const std::string& method, json::object params, json::value id = 1) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

/// `got` has every member of `wanted`, of the same type; arrays by their first element.
void same_shape(const json::value& got, const json::value& wanted, const std::string& where) {
  BOOST_TEST_CONTEXT(where) {
    BOOST_REQUIRE(got.kind() == wanted.kind() || (got.is_number() && wanted.is_number()));
    if (const auto* object = wanted.if_object())
      for (const auto& [name, value] : *object) {
        BOOST_REQUIRE_MESSAGE(got.get_object().contains(name), std::string(name) + " is missing");
        same_shape(got.at(name), value, where + '.' + std::string(name));
      }
    else if (const auto* array = wanted.if_array(); array && !array->empty()) {
      BOOST_REQUIRE(!got.get_array().empty());
      same_shape(got.get_array().front(), array->front(), where + "[]");
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(websocket_errors_are_those_recorded) {
  auto chain = recorded_chain();
  Rpc rpc(chain);
  Session session;
  const auto edge = golden("edge.json").at("websocket").as_object();
  const auto subscribe = [&](const std::string& query, int id) {
    return rpc.answer(request("subscribe", {{"query", query}}, id), &session);
  };
  BOOST_TEST(json::serialize(subscribe("tm.event='NewBlockEvents'", 1)) == json::serialize(edge.at("subscribe-ok")));
  BOOST_TEST(json::serialize(subscribe("tm.event='NewBlockEvents'", 2)) == json::serialize(edge.at("subscribe-twice")));
  BOOST_TEST(json::serialize(subscribe("tm.event = = 'x'", 3)) == json::serialize(edge.at("subscribe-bad-query")));
  BOOST_TEST(json::serialize(rpc.answer(request("unsubscribe", {{"query", "tm.event='NewBlockEvents'"}}, 6), &session)) ==
             json::serialize(edge.at("unsubscribe")));
  BOOST_TEST(json::serialize(rpc.answer(request("unsubscribe", {{"query", "tm.event='NewBlockEvents'"}}, 7), &session)) ==
             json::serialize(edge.at("unsubscribe-unknown")));
  for (int i = 0; i < 5; ++i) BOOST_TEST(subscribe("tx.height=" + std::to_string(i + 1), i).as_object().contains("result"));
  BOOST_TEST(json::serialize(subscribe("tx.height=6", 6).at("error")) ==
             json::serialize(edge.at("subscriptions-limit").at("error")));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_answered_without_an_id_and_with_status_500) {
  auto chain = recorded_chain();
  const auto reply = Rpc(chain).answer(std::string_view("not json"), nullptr);
  BOOST_TEST(reply.status == 500u);
  const auto error = json::parse(reply.text);
  BOOST_TEST(!error.as_object().contains("id"));
  BOOST_TEST(error.at("error").at("code").as_int64() == -32700);
  BOOST_TEST(str(error.at("error").at("message")) == "Parse error. Invalid JSON");
}

BOOST_AUTO_TEST_CASE(unknown_methods_bad_parameters_and_missing_transactions_are_answered_as_recorded) {
  auto chain = recorded_chain();
  Rpc rpc(chain);
  const auto recorded = golden("queries.json").at("rpc").as_object();
  BOOST_TEST(json::serialize(rpc.answer(request("no_such_method", {}), nullptr)) ==
             json::serialize(recorded.at("unknown_method")));
  BOOST_TEST(json::serialize(rpc.answer(request("abci_query", {{"path", 5}}), nullptr)) ==
             json::serialize(recorded.at("bad_params")));
  BOOST_TEST(json::serialize(rpc.answer(request("tx", {{"hash", to_base64(std::string(32, '\x01'))}}), nullptr)) ==
             json::serialize(recorded.at("tx_not_found")));
  BOOST_TEST(json::serialize(rpc.answer(request("health", {}), nullptr)) == json::serialize(recorded.at("health")));
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_refused_and_never_crashes) {
  auto chain = recorded_chain();
  Rpc rpc(chain);
  for (const char* text :
       {"5", "null", "\"x\"", "{}", "{\"id\":1}", "{\"id\":{},\"method\":\"status\"}", "{\"id\":1,\"method\":7}", "[1]"})
    BOOST_TEST(rpc.answer(std::string_view(text), nullptr).text.find("-32600") != std::string::npos, text);
  for (const char* params :
       {"5", "\"x\"", "[1,2,3,4,5,6,7,8,9]", "{\"height\":\"abc\"}", "{\"height\":[]}", "{\"height\":1e400}"}) {
    const auto text = std::string("{\"id\":1,\"method\":\"block_results\",\"params\":") + params + "}";
    BOOST_TEST(rpc.answer(std::string_view(text), nullptr).text.find("\"error\"") != std::string::npos, params);
  }
  BOOST_TEST(rpc.answer(request("broadcast_tx_sync", {{"tx", "not base64!"}}), nullptr).at("error").at("code").as_int64() ==
             -32602);
  BOOST_TEST(rpc.answer(request("subscribe", {{"query", "tm.event='Tx'"}}), nullptr).at("error").at("code").as_int64() ==
             -32601);
  const auto deep = std::string(1'000, '[') + std::string(1'000, ']');
  BOOST_TEST(rpc.answer(std::string_view(deep), nullptr).status == 500u);
  BOOST_TEST(rpc.answer(std::string_view("{\"method\":\"health\"}"), nullptr).text.empty()); // a notification
  BOOST_TEST(
    json::parse(
      rpc.answer(std::string_view("[{\"id\":1,\"method\":\"health\"},{\"id\":2,\"method\":\"status\"}]"), nullptr).text)
      .as_array()
      .size() == 2u);
}

BOOST_AUTO_TEST_CASE(blocks_outside_what_is_kept_are_refused_by_name) {
  ChainSettings settings;
  settings.kept_blocks = 10;
  ChainState chain(settings);
  advance_to(chain, 50);
  Rpc rpc(chain);
  const auto error = [&](const char* height) {
    return str(rpc.answer(request("block_results", {{"height", height}}), nullptr).at("error").at("data"));
  };
  BOOST_TEST(error("51") == "height 51 must be less than or equal to the current blockchain height 50");
  BOOST_TEST(error("40") == "height 40 is not available, lowest height is 41");
  BOOST_TEST(error("-1") == "height must be greater than 0, but got -1");
  BOOST_TEST(str(rpc.answer(request("block_results", {{"height", "41"}}), nullptr).at("result").at("height")) == "41");
  BOOST_TEST(str(rpc.answer(request("block", {}), nullptr).at("result").at("block").at("header").at("height")) == "50");
}

BOOST_AUTO_TEST_CASE(answers_and_frames_have_the_recorded_names_and_kinds) {
  auto chain = recorded_chain();
  Rpc rpc(chain);
  Session session;
  rpc.answer(request("subscribe", {{"query", "tm.event='NewBlockEvents'"}}, 0), &session);
  rpc.answer(request("subscribe", {{"query", "tm.event='Tx'"}}, 1), &session);
  advance_to(chain, 1293);
  const auto submission = golden("transactions.json").at(0);
  const auto tx = *from_hex(str(submission.at("tx").at("tx")));
  const auto broadcast = rpc.answer(request("broadcast_tx_sync", {{"tx", to_base64(tx)}}), nullptr);
  BOOST_TEST(json::serialize(broadcast.at("result")) == json::serialize(submission.at("broadcast")));
  const auto frames = rpc.frames(chain.advance_block({}), session);
  BOOST_REQUIRE_EQUAL(frames.size(), 2u);

  const auto recorded = golden("queries.json").at("rpc").as_object();
  const auto hash = to_base64(*from_hex(str(submission.at("tx").at("hash"))));
  auto wanted = recorded.at("tx_search").at("result").at("txs").at(0); // `tx` returns the same format
  for (auto& event : wanted.at("tx_result").at("events").as_array())
    for (auto& a : event.at("attributes").as_array()) a.at("value") = "";
  same_shape(rpc.answer(request("tx", {{"hash", hash}}), nullptr).at("result"), wanted, "tx");
  same_shape(rpc.answer(request("tx_search", {{"query", "tx.height=1294"}}), nullptr).at("result").at("txs").at(0), wanted,
             "tx_search");
  BOOST_TEST(str(rpc.answer(request("tx", {{"hash", hash}}), nullptr).at("result").at("tx_result").at("data")) ==
             str(wanted.at("tx_result").at("data")));

  auto status = recorded.at("status");
  status.at("result").at("node_info").as_object().erase("channels"); // not simulated
  for (const char* name : {"earliest_block_hash", "earliest_app_hash"})
    status.at("result").at("sync_info").as_object().erase(name);
  status.at("result").at("validator_info").as_object().erase("pub_key");
  same_shape(rpc.answer(request("status", {}), nullptr), status, "status");

  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/websocket.jsonl");
  bool block_seen = false, tx_seen = false;
  for (std::string line; std::getline(file, line) && !(block_seen && tx_seen);) {
    auto frame = json::parse(line).at("frame");
    const bool is_tx = str(frame.at("result").at("query")) == "tm.event='Tx'";
    auto& seen = is_tx ? tx_seen : block_seen;
    if (seen) continue;
    seen = true;
    frame.at("result").at("events") = {{"tm.event", {""}}};
    same_shape(frames[is_tx ? 1 : 0], frame, is_tx ? "tx frame" : "block frame");
    BOOST_TEST(json::serialize(frames[is_tx ? 1 : 0].at("id")) == (is_tx ? "1" : "0"));
  }
  BOOST_TEST((block_seen && tx_seen));
  BOOST_TEST(frames[1].at("result").at("data").at("value").at("TxResult").at("result").as_object().contains("code") == false);
}

BOOST_AUTO_TEST_CASE(a_narrow_subscription_sees_only_its_topic) {
  ChainSettings settings;
  TopicSettings one, two;
  one.first_nonce = 2;
  two.id = 2;
  two.first_nonce = 3;
  settings.topics = {one, two};
  ChainState chain(settings);
  Rpc rpc(chain);
  Session session;
  rpc.answer(
    request("subscribe",
            {{"query", "tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '\"2\"'"}}),
    &session);
  BOOST_TEST(rpc.frames(chain.advance_block({}), session).empty());
  BOOST_TEST(rpc.frames(chain.advance_block({}), session).empty());
  BOOST_TEST(rpc.frames(chain.advance_block({}), session).size() == 1u);
}
