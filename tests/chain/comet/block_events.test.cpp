#define BOOST_TEST_MODULE chain_events
#include "runtime/chain/comet/block_events.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;

const Wallet worker{"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv"};
const Stamp stamp{worker, "ws://node", {77}};

struct Seen {
  std::map<std::int64_t, BlockSeen> blocks;
  std::vector<TxIncluded> transactions;
};

Seen replay() {
  Seen seen;
  for (const auto& line : test::golden_lines("websocket.jsonl")) {
    auto event = decode_event(line.at("frame"), stamp);
    if (auto* block = std::get_if<DecodedBlock>(&event)) {
      BOOST_TEST(block->malformed == "");
      seen.blocks[block->block.height.value] = block->block;
    } else if (auto* tx = std::get_if<TxIncluded>(&event)) {
      seen.transactions.push_back(*tx);
    } else {
      BOOST_TEST(std::holds_alternative<std::monostate>(event));
    }
  }
  return seen;
}

/// A frame of block 5 with one event.
json::value frame(const std::string& type, std::vector<std::pair<std::string, std::string>> attributes) {
  json::array list;
  for (const auto& [key, value] : attributes) list.push_back(json::object{{"key", key}, {"value", value}});
  const json::object event{{"type", type}, {"attributes", list}};
  return json::object{
    {"result", json::object{{"data", json::object{{"type", "tendermint/event/NewBlockEvents"},
                                                  {"value", json::object{{"height", "5"}, {"events", json::array{event}}}}}}}}};
}

DecodedBlock decoded(const json::value& frame, const Stamp& with = stamp) {
  return std::get<DecodedBlock>(decode_event(frame, with));
}

const std::string opened = "EventWorkerSubmissionWindowOpened";

bool is_empty_block(const BlockSeen& b) { return b == BlockSeen{b.height, {}, {}, {}, {}, {}, b.endpoint, b.at, b.from}; }

} // namespace

BOOST_AUTO_TEST_CASE(the_recorded_stream_has_every_window_score_and_reward) {
  const auto seen = replay();
  BOOST_TEST(seen.blocks.size() == 43u);
  BOOST_TEST((seen.blocks.at(2068).opened == std::vector<WindowEvent>{{{2}, {2068}, {2083}}}));
  BOOST_TEST((seen.blocks.at(2073).opened == std::vector<WindowEvent>{{{1}, {2073}, {2088}}}));
  BOOST_TEST((seen.blocks.at(2075).closed == std::vector<WindowEvent>{{{3}, {2060}, {}}}));
  BOOST_TEST((seen.blocks.at(2088).closed == std::vector<WindowEvent>{{{1}, {2073}, {}}}));
  std::size_t windows = 0, closings = 0;
  for (const auto& [height, block] : seen.blocks) {
    windows += block.opened.size();
    closings += block.closed.size();
    BOOST_TEST(block.endpoint == "ws://node");
    BOOST_TEST(block.at.value == 77);
  }
  BOOST_TEST(windows == 5u);
  BOOST_TEST(closings == 4u);
}

BOOST_AUTO_TEST_CASE(scores_and_rewards_are_the_inferers_not_the_reputers) {
  const auto seen = replay();
  const auto& block = seen.blocks.at(2073);
  BOOST_TEST((block.scores == std::vector<ScoreEvent>{{{1}, {1983}, worker, {"0"}}}));
  BOOST_TEST((block.rewards == std::vector<RewardEvent>{{{1}, {1983}, worker, {"2963496045174372720.974008465436693"}}}));
}

BOOST_AUTO_TEST_CASE(a_conclusion_is_reported_once_with_our_values) {
  const auto seen = replay();
  BOOST_TEST((seen.blocks.at(2088).bundles == std::vector<BundleEvent>{{{1}, {2073}, {"0.0123"}, {{"", "0.0123"}}}}));
}

BOOST_AUTO_TEST_CASE(a_transaction_is_known_by_the_hash_of_its_bytes) {
  const auto seen = replay();
  BOOST_TEST(seen.transactions.size() == 4u);
  const auto& tx = seen.transactions.at(1);
  BOOST_TEST(tx.hash.hex == "FCDEDBFFBEF524D5C9999BFFED80C5DF37962C233F883051A46EA01D8A9B8C2E");
  BOOST_TEST(tx.height.value == 2074);
  BOOST_TEST(tx.gas_used.value == 145243u);
  BOOST_TEST((tx.verdict == Verdict::Accepted));
}

BOOST_AUTO_TEST_CASE(block_results_have_the_same_events) {
  const auto& rpc = test::golden_json("queries.json").at("rpc");
  const auto block = std::get<DecodedBlock>(decode_block_results(rpc.at("block_results"), stamp));
  BOOST_TEST(block.block.height.value == 2183);
  for (const auto& line : test::golden_lines("websocket.jsonl")) {
    const auto* data = line.at("frame").at("result").as_object().if_contains("data");
    if (!data || data->at("type").as_string() != "tendermint/event/NewBlockEvents") continue;
    const json::object result{{"height", data->at("value").at("height")},
                              {"finalize_block_events", data->at("value").at("events")}};
    BOOST_TEST((std::get<DecodedBlock>(decode_block_results(json::object{{"result", result}}, stamp)).block ==
                decoded(line.at("frame")).block));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_block_lookup_is_an_error) {
  const auto& rpc = test::golden_json("queries.json").at("rpc");
  BOOST_TEST(std::holds_alternative<std::string>(decode_block_results(rpc.at("bad_params"), stamp)));
}

BOOST_AUTO_TEST_CASE(v9_names_are_known_and_others_are_not) {
  const auto at = [](const std::string& prefix) {
    return decoded(
      frame(prefix + opened, {{"topic_id", "\"67\""}, {"nonce_block_height", "\"5\""}, {"window_end_block", "\"9\""}}));
  };
  BOOST_TEST((at("emissions.v9.").block.opened == std::vector<WindowEvent>{{{67}, {5}, {9}}}));
  BOOST_TEST(at("emissions.v8.").block.opened.empty());
  BOOST_TEST(at("").block.opened.empty());
}

BOOST_AUTO_TEST_CASE(a_v9_conclusion_has_no_labels) {
  const auto block =
    decoded(frame("emissions.v9.EventNetworkInferenceBundle", {{"topic_id", "\"1\""},
                                                               {"nonce", "\"5\""},
                                                               {"outlier_resistant", "false"},
                                                               {"combined_value", "\"0.5\""},
                                                               {"inferer_addresses", "[\"" + worker.address + "\"]"},
                                                               {"inferer_values", "[\"0.25\"]"}}));
  BOOST_TEST((block.block.bundles == std::vector<BundleEvent>{{{1}, {5}, {"0.5"}, {{"", "0.25"}}}}), block.malformed);
}

BOOST_AUTO_TEST_CASE(without_a_wallet_everyones_scores_are_kept) {
  const auto event = frame("emissions.v10.EventScoresSet", {{"actor_type", "\"ACTOR_TYPE_INFERER_UNSPECIFIED\""},
                                                            {"topic_id", "\"1\""},
                                                            {"block_height", "\"5\""},
                                                            {"addresses", "[\"a\",\"b\"]"},
                                                            {"scores", "[\"1\",\"-2.5\"]"}});
  BOOST_TEST(decoded(event).block.scores.empty());
  BOOST_TEST(
    (decoded(event, {}).block.scores == std::vector<ScoreEvent>{{{1}, {5}, {"a"}, {"1"}}, {{1}, {5}, {"b"}, {"-2.5"}}}));
}

BOOST_AUTO_TEST_CASE(a_malformed_event_is_skipped_and_reported) {
  const std::pair<std::vector<std::pair<std::string, std::string>>, std::string> rows[] = {
    {{}, "topic_id is missing"},
    {{{"topic_id", "67"}, {"nonce_block_height", "\"5\""}}, "window_end_block is missing"},
    {{{"topic_id", "{"}}, "topic_id is not JSON"},
    {{{"topic_id", ""}}, "topic_id is not JSON"},
    {{{"topic_id", "\"0\""}}, "topic_id is no topic"},
    {{{"topic_id", "\"-1\""}}, "topic_id is no topic"},
    {{{"topic_id", "\"1e3\""}}, "topic_id is no topic"},
    {{{"topic_id", "1.5"}}, "topic_id is no topic"},
    {{{"topic_id", "\"99999999999999999999999\""}}, "topic_id is no topic"},
    {{{"topic_id", std::string(100, '[')}}, "topic_id is not JSON"},
    {{{"topic_id", "\"1\""}, {"nonce_block_height", "\"-5\""}}, "nonce_block_height is no height"},
    {{{"topic_id", "\"1\""}, {"nonce_block_height", "\"9223372036854775808\""}}, "nonce_block_height is no height"},
    {{{"topic_id", "\"1\""}, {"nonce_block_height", "\"9\""}, {"window_end_block", "\"5\""}},
     "window_end_block lies before nonce_block_height"},
  };
  for (const auto& [attributes, reason] : rows) {
    const auto block = decoded(frame("emissions.v10." + opened, attributes));
    BOOST_TEST(block.block.opened.empty());
    BOOST_TEST(block.malformed == "block 5: " + opened + ": " + reason);
  }
}

BOOST_AUTO_TEST_CASE(lists_of_different_length_are_malformed) {
  const auto malformed_scores = [](std::string addresses, std::string scores) {
    return decoded(frame("emissions.v10.EventScoresSet", {{"actor_type", "\"ACTOR_TYPE_INFERER_UNSPECIFIED\""},
                                                          {"topic_id", "\"1\""},
                                                          {"block_height", "\"5\""},
                                                          {"addresses", std::move(addresses)},
                                                          {"scores", std::move(scores)}}),
                   {})
      .malformed;
  };
  BOOST_TEST(malformed_scores("[\"a\"]", "[]") == "block 5: EventScoresSet: scores and addresses differ in length");
  BOOST_TEST(malformed_scores("\"a\"", "[]") == "block 5: EventScoresSet: addresses is no list");
  BOOST_TEST(malformed_scores("[1]", "[\"1\"]") == "block 5: EventScoresSet: an address is no text");
  BOOST_TEST(malformed_scores("[\"a\"]", "[\"NaN\"]") == "block 5: EventScoresSet: scores: \"NaN\" is not finite");
}

BOOST_AUTO_TEST_CASE(other_frames_are_an_error_or_nothing) {
  const auto kind = [](const char* text) { return decode_event(json::parse(text), stamp).index(); };
  BOOST_TEST(kind("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}") == 0u); // confirms a subscription
  BOOST_TEST(kind("{\"result\":{\"data\":{\"type\":\"tendermint/event/Vote\",\"value\":{}}}}") == 0u);
  for (const auto text :
       {"null", "[]", "{}", "{\"result\":1}", "{\"result\":{\"data\":1}}",
        "{\"result\":{\"data\":{\"type\":\"tendermint/event/NewBlockEvents\",\"value\":{}}}}",
        "{\"result\":{\"data\":{\"type\":\"tendermint/event/NewBlockEvents\",\"value\":{\"height\":\"-1\"}}}}",
        "{\"result\":{\"data\":{\"type\":\"tendermint/event/Tx\",\"value\":{}}}}",
        "{\"result\":{\"data\":{\"type\":\"tendermint/event/Tx\",\"value\":{\"TxResult\":{\"height\":\"5\","
        "\"tx\":\"!\",\"result\":{}}}}}}",
        "{\"result\":{\"data\":{\"type\":\"tendermint/event/Tx\",\"value\":{\"TxResult\":{\"height\":\"5\","
        "\"tx\":\"AAAA\",\"result\":{\"code\":\"x\"}}}}}}"})
    BOOST_TEST(kind(text) == 3u, text);
}

BOOST_AUTO_TEST_CASE(no_damage_to_a_recorded_frame_crashes) {
  for (const auto& line : test::golden_lines("websocket.jsonl")) {
    const auto whole = json::serialize(line.at("frame"));
    if (whole.find("WindowOpened") == std::string::npos) continue;
    for (std::size_t i = whole.find("WindowOpened"); i < whole.size(); i += 3) {
      auto damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 1);
      json::error_code error;
      const auto frame = json::parse(damaged, error);
      if (!error) static_cast<void>(decode_event(frame, stamp));
    }
    break;
  }
}

BOOST_AUTO_TEST_CASE(scanning_a_recorded_block_equals_decoding_it) {
  std::size_t blocks = 0, quiet = 0;
  for (const auto& line : test::golden_lines("websocket.jsonl")) {
    const auto& whole = line.at("frame");
    const auto scanned = scan_block(json::serialize(whole), stamp);
    const auto read = decode_event(whole, stamp);
    const auto* block = std::get_if<DecodedBlock>(&read);
    BOOST_REQUIRE_EQUAL(scanned.has_value(), block != nullptr);
    if (!block) continue; // a Tx event
    BOOST_TEST((*scanned == block->block));
    ++blocks;
    quiet += is_empty_block(*scanned) ? 1 : 0;
  }
  BOOST_TEST(blocks == 43u);
  BOOST_TEST(quiet > 20u);
  BOOST_TEST(quiet < 43u);
}

BOOST_AUTO_TEST_CASE(frames_that_cannot_be_scanned_are_decoded) {
  const std::string head =
    R"({"jsonrpc":"2.0","id":1,"result":{"query":"q","data":{"type":"tendermint/event/NewBlockEvents","value":{)";
  const std::string event = R"({"type":"emissions.v10.EventWorkerSubmissionWindowOpened","attributes":[)"
                            R"({"key":"topic_id","value":"\"1\""},{"key":"nonce_block_height","value":"\"9\""},)"
                            R"({"key":"window_end_block","value":"\"12\""}]})";
  const auto scan = [](const std::string& text) { return scan_block(text, stamp); };
  const auto good = scan(head + R"("height":"9","events":[)" + event + "]}}}}");
  BOOST_REQUIRE(good);
  BOOST_TEST((good->opened == std::vector{WindowEvent{{1}, {9}, {12}}}));
  BOOST_TEST(!scan(head + R"("height":"-9","events":[)" + event + "]}}}}"));
  BOOST_TEST(!scan(head + R"("height":9,"events":[)" + event + "]}}}}"));
  BOOST_TEST(!scan(head + R"("events":[)" + event + R"(],"height":"9"}}}})"));
  BOOST_TEST(!scan(head + R"("height":"9","events":[)" + event.substr(0, event.size() - 3))); // truncated
  BOOST_TEST(!scan(head + R"("height":"9","events":[{"type":"emissions.v10.EventScoresSet","attributes":[]}]}}}})"));
  BOOST_TEST(!scan(""));
  // A quoted event inside another event's attribute does not count.
  const auto quoted = scan(head + R"("height":"9","events":[{"type":"x","attributes":[{"key":"a","value":)" +
                           json::serialize(json::string_view(event)) + "}]}]}}}}");
  BOOST_REQUIRE(quoted);
  BOOST_TEST(is_empty_block(*quoted));
}

BOOST_AUTO_TEST_CASE(a_topic_subscribes_to_its_own_blocks_and_several_share_theirs) {
  const auto one = block_subscriptions("v10", {{67}});
  BOOST_TEST(one == (std::vector<std::string>{
                      R"(tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '"67"')",
                      R"(tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowClosed.topic_id = '"67"')",
                      R"(tm.event='NewBlockEvents' AND emissions.v10.EventScoresSet.topic_id = '"67"')"}),
             boost::test_tools::per_element());
  for (const auto& topics : {std::set<TopicId>{}, {{1}, {67}}})
    BOOST_TEST(block_subscriptions("v9", topics).front() ==
               "tm.event='NewBlockEvents' AND emissions.v9.EventWorkerSubmissionWindowOpened.topic_id EXISTS");
}

BOOST_AUTO_TEST_CASE(a_wallets_transactions_are_subscribed_by_their_sender) {
  BOOST_TEST(tx_subscription(worker) == "tm.event='Tx' AND message.sender='" + worker.address + "'");
}
