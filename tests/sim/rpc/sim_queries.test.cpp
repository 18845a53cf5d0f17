// Recorded query responses against a simulated chain at the same height and state.
#define BOOST_TEST_MODULE sim_queries
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/sim/rpc/sim_queries.hpp"
#include "runtime/sim/rpc/node_rpc.hpp"
#include "tests/sim/sim_golden.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace inferd::sim;
using namespace inferd::sim::test;
namespace wire = inferd::wire;

namespace {

const std::string public_key = *from_hex("024f4e2ad99c34d60b9ba6283c9431a8418af8673212961f97a77b6377fcd05b62");

/// Height 2183: topic 1's last window (2163) has closed, topic 2 is about to open, topic 3 is open since 2180.
ChainState at_2183() {
  auto chain = recorded_chain();
  advance_to(chain, 2183);
  chain.set_account(worker, {2, 44, *parse_amount("100000014817476031340801206"), public_key});
  const auto conclude = [&](std::uint64_t topic, std::int64_t nonce, std::vector<NormalValue> values) {
    Window window{nonce, nonce + 15, {}, {}, nonce + 15};
    window.answers.push_back({worker, {}, std::move(values), nonce + 1});
    chain.emissions().find(topic)->concluded = window;
    chain.emissions().find(topic)->ema[worker] = {nonce, 0};
  };
  conclude(1, 2163, {{"y", "0.0123"}});
  conclude(2, 1888, {{"down", "0.3"}, {"flat", "0.2"}, {"up", "0.5"}});
  return chain;
}

boost::json::value ask(ChainState& chain, const std::string& path, const std::string& data_hex) {
  return Rpc(chain).answer({{"jsonrpc", "2.0"},
                            {"id", 1},
                            {"method", "abci_query"},
                            {"params", {{"path", path}, {"data", data_hex}, {"height", "0"}, {"prove", false}}}},
                           nullptr);
}

/// The fields a worker reads.
std::string topic_in(const std::string& bytes) {
  wire::GetTopicResponse response;
  BOOST_REQUIRE(response.ParseFromString(bytes));
  const auto& t = response.topic();
  std::ostringstream out;
  out << t.id() << ' ' << t.creator() << ' ' << t.metadata() << ' ' << t.loss_method() << ' ' << t.epoch_last_ended() << ' '
      << t.epoch_length() << ' ' << t.ground_truth_lag() << ' ' << t.allow_negative() << ' ' << t.worker_submission_window()
      << ' ' << t.topic_type() << ' ' << t.output_arity() << ' ' << t.require_unity() << ' ' << t.unity_tolerance() << ' '
      << t.max_labels_per_submission() << ' ' << t.label_default_value() << ' ' << t.label_case_sensitive();
  for (const auto& l : t.label_whitelist()) out << ' ' << l;
  return out.str();
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_query_gets_the_recorded_answer) {
  auto chain = at_2183();
  const auto recording = golden("queries.json");
  int compared = 0;
  for (const auto& query : recording.at("queries").as_array()) {
    const auto name = str(query.at("name"));
    const auto& raw = query.at("raw");
    const auto height = std::stoll(str(raw.at("result").at("response").at("height")));
    if (height > 0) advance_to(chain, height);
    if (name == "params" || name == "simulate-ok") continue; // compared below
    BOOST_TEST_CONTEXT(name) {
      auto answer = ask(chain, str(query.at("path")), str(query.at("request")));
      auto wanted = raw;
      if (name.starts_with("topic-") && name.find("exists") == std::string::npos && name.find("active") == std::string::npos &&
          query.at("code").to_number<int>() == 0) {
        const auto mine = topic_in(*from_base64(str(answer.at("result").at("response").at("value"))));
        const auto theirs = topic_in(*from_hex(str(query.at("response"))));
        BOOST_TEST(mine == theirs);
        answer.at("result").at("response").as_object()["value"] = wanted.at("result").at("response").at("value");
      }
      if (name == "simulate-nonce-closed") { // gas is only approximate
        auto& log = answer.at("result").at("response").at("log").as_string();
        const std::string text(log);
        BOOST_TEST(text.starts_with("rpc error: code = Unknown desc = failed to execute message; message index: 0: unfulfilled "
                                    "nonce not found [cosmos/cosmos-sdk@v0.50.14/baseapp/baseapp.go:1023] with gas used: '7"));
        log = str(query.at("log"));
      }
      BOOST_TEST(boost::json::serialize(answer) == boost::json::serialize(wanted));
    }
    ++compared;
  }
  BOOST_TEST(compared > 50);
}

BOOST_AUTO_TEST_CASE(a_simulation_returns_the_gas_of_an_unsigned_payload_and_changes_nothing) {
  auto chain = at_2183();
  advance_to(chain, 2188);
  const auto recording = golden("queries.json");
  for (const auto& query : recording.at("queries").as_array()) {
    if (str(query.at("name")) != "simulate-ok") continue;
    const auto answer = abci_query(chain, str(query.at("path")), *from_hex(str(query.at("request"))));
    BOOST_TEST(answer.outcome.log == "");
    wire::SimulateResponse mine, recorded;
    BOOST_REQUIRE(mine.ParseFromString(answer.value) && recorded.ParseFromString(*from_hex(str(query.at("response")))));
    BOOST_TEST(mine.gas_info().gas_wanted() == recorded.gas_info().gas_wanted());
    BOOST_TEST(static_cast<double>(mine.gas_info().gas_used()) == static_cast<double>(recorded.gas_info().gas_used()),
               boost::test_tools::tolerance(0.02));
    BOOST_TEST(chain.account(worker)->sequence == 44u);
    BOOST_TEST(chain.emissions().find(2)->open.back().answers.empty());
  }
}

BOOST_AUTO_TEST_CASE(an_inference_is_in_the_state_from_its_block_to_the_closing_and_in_the_conclusion_from_then_on) {
  auto chain = at_2183();
  auto& window = chain.emissions().find(3)->open.back();
  const auto closes = window.closes;
  wire::InputInference sent;
  sent.set_topic_id(3);
  sent.set_block_height(window.nonce);
  window.answers.push_back({worker, sent, {{"y", "0.5"}}, 2182});
  advance_to(chain, closes + 2);
  wire::TopicAddressRequest request;
  request.set_topic_id(3);
  request.set_address(worker);
  const auto query = [&](const std::string& method, std::int64_t height) {
    return abci_query(chain, "/emissions.v10.QueryService/" + method, request.SerializeAsString(), height);
  };
  for (const std::int64_t height : {2181L, 2182L, closes - 1, closes, 0L}) {
    const bool held = height == 2182 || height == closes - 1;
    BOOST_TEST(query("GetWorkerLatestInputInferenceByTopicId", height).outcome.ok() == held, height);
    wire::NetworkInferencesResponse concluded;
    BOOST_REQUIRE(concluded.ParseFromString(query("GetLatestNetworkInferences", height).value));
    BOOST_TEST((concluded.network_inferences().nonce() == 2180) == (height == 0 || height == closes), height);
  }
}

BOOST_AUTO_TEST_CASE(a_v9_chain_answers_v9_paths_only) {
  ChainSettings settings;
  settings.emissions = "v9";
  ChainState chain(settings);
  BOOST_TEST(abci_query(chain, "/emissions.v9.QueryService/GetParams", "").outcome.ok());
  const auto refused = abci_query(chain, "/emissions.v10.QueryService/GetParams", "");
  BOOST_TEST(refused.outcome.log == "unknown query path: unknown request");
  BOOST_TEST(refused.height == 0);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_no_protobuf_is_refused) {
  auto chain = recorded_chain();
  for (const char* method : {"GetTopic", "GetWorkerSubmissionWindowStatus", "GetInfererScoreEma"})
    BOOST_TEST(!abci_query(chain, std::string("/emissions.v10.QueryService/") + method, "\x08").outcome.ok());
  BOOST_TEST(!abci_query(chain, "/cosmos.tx.v1beta1.Service/Simulate", "\xff\xff").outcome.ok());
  BOOST_TEST(!abci_query(chain, "/cosmos.auth.v1beta1.Query/AccountInfo", "\x0a\x7f").outcome.ok());
}
