#define BOOST_TEST_MODULE chain_answers
#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/queries.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;

std::string name_of(Verdict verdict) { return boost::describe::enum_to_string(verdict, "?"); }

const json::value& rpc(std::string_view name) {
  static const auto& file = test::golden_json("queries.json");
  return file.at("rpc").at(name);
}

template <class T> Verdict refusal(const Answered<T>& answer) {
  const auto* refused = std::get_if<Refused>(&answer);
  return refused ? refused->verdict : Verdict::Accepted;
}

json::value result(json::value inner) { return json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"result", std::move(inner)}}; }

json::value error(std::string data) {
  return json::object{{"error", json::object{{"code", -32603}, {"message", "Internal error"}, {"data", std::move(data)}}}};
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_query_comes_out_as_its_protobuf_or_its_refusal) {
  const auto& file = test::golden_json("queries.json");
  for (const auto& row : file.at("queries").as_array()) {
    const auto* raw = row.as_object().if_contains("raw");
    if (!raw) continue;
    BOOST_TEST_CONTEXT(text(row.at("name"))) {
      const auto answer = decode_query(*raw);
      if (row.at("code").as_int64() == 0) {
        BOOST_TEST(to_hex(std::get<QueryAnswer>(answer).value) == text(row.at("response")));
      } else {
        const auto& refused = std::get<Refused>(answer);
        BOOST_TEST(refused.refusal.code == row.at("code").as_int64());
        BOOST_TEST(refused.reason == text(row.at("log")));
        BOOST_TEST(name_of(refused.verdict) == name_of(classify_query(refused.refusal)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_simulations_refusal_is_the_blocks) {
  const auto& file = test::golden_json("queries.json");
  for (const auto& row : file.at("queries").as_array())
    if (text(row.at("name")) == "simulate-nonce-closed")
      BOOST_TEST(name_of(refusal(decode_simulate(row.at("raw")))) == "NonceNotOpen");
}

BOOST_AUTO_TEST_CASE(every_recorded_broadcast_is_an_answer) {
  for (const auto& row : test::golden_json("transactions.json").as_array()) {
    const auto answer = std::get<BroadcastAnswered>(decode_broadcast(result(row.at("broadcast"))));
    BOOST_TEST(answer.code == row.at("broadcast").at("code").as_int64());
    BOOST_TEST(answer.hash.hex == text(row.at("broadcast").at("hash")));
    if (text(row.at("name")) == "sequence-too-high") BOOST_TEST(answer.expected.value == 17u);
    if (text(row.at("name")) == "fee-too-low") BOOST_TEST((answer.required.value == 250'000u));
  }
}

BOOST_AUTO_TEST_CASE(known_bytes_and_a_full_mempool_are_answers_to_a_broadcast) {
  const auto& edge = test::golden_json("edge.json");
  const auto known = std::get<BroadcastAnswered>(decode_broadcast(edge.at("same-bytes-after-inclusion")));
  BOOST_TEST(name_of(known.verdict) == "AlreadyInMempool");
  const auto full = std::get<BroadcastAnswered>(decode_broadcast(error("mempool is full: number of txs 5000 (max: 5000)")));
  BOOST_TEST(name_of(full.verdict) == "Busy");
  BOOST_TEST(name_of(refusal(decode_broadcast(error("?")))) == "Unknown");
}

BOOST_AUTO_TEST_CASE(an_error_never_passes_for_an_accepted_broadcast) {
  BOOST_TEST(name_of(refusal(decode_broadcast(error("already subscribed")))) == "Unknown");
  BOOST_TEST(name_of(refusal(decode_query(error("already subscribed")))) == "Unknown");
}

BOOST_AUTO_TEST_CASE(a_transaction_is_found_in_its_block_or_not_found) {
  const auto& found = rpc("tx_search").at("result").at("txs").at(0);
  const auto tx = std::get<TxLookedUp>(decode_tx(result(found)));
  BOOST_TEST(tx.found);
  BOOST_TEST(tx.hash.hex == "52B1E5EB2500D7FA14DC4329F08439621BD828074484CE5CC9E60E1683ABAAE8");
  BOOST_TEST(tx.height.value == 2164);
  BOOST_TEST(tx.gas_used.value == 145228u);
  BOOST_TEST(name_of(tx.verdict) == "Accepted");
  const auto none = std::get<TxLookedUp>(decode_tx(rpc("tx_not_found")));
  BOOST_TEST(!none.found);
  BOOST_TEST(name_of(none.verdict) == "NotFound");
}

BOOST_AUTO_TEST_CASE(a_transactions_result_is_classified_as_in_a_block) {
  const json::value answer = result(json::object{
    {"hash", "AA"},
    {"height", "5"},
    {"tx_result", json::object{{"code", 4}, {"codespace", "sdk"}, {"log", "unauthorized"}, {"gas_used", "87167"}}}});
  BOOST_TEST(name_of(std::get<TxLookedUp>(decode_tx(answer)).verdict) == "Defect");
}

BOOST_AUTO_TEST_CASE(status_has_chain_height_catching_up_and_index) {
  auto answer = rpc("status");
  const auto status = std::get<NodeStatus>(decode_status(answer));
  BOOST_TEST(status.chain_id == "localnet");
  BOOST_TEST(status.height.value == 2188);
  BOOST_TEST(!status.catching_up);
  BOOST_TEST(status.tx_index);
  // CometBFT says "off" where [tx_index] indexer is "null".
  auto& info = answer.as_object()["result"].as_object()["node_info"].as_object();
  info["other"].as_object()["tx_index"] = "off";
  BOOST_TEST(!std::get<NodeStatus>(decode_status(answer)).tx_index);
  info.erase("other");
  BOOST_TEST(!std::get<NodeStatus>(decode_status(answer)).tx_index);
}

BOOST_AUTO_TEST_CASE(a_recorded_block_names_its_transactions_by_hash) {
  const auto empty = std::get<std::vector<TxHash>>(decode_block_hashes(rpc("block")));
  BOOST_TEST(empty.empty());                                        // the recorded one has none
  const auto found = rpc("tx_search").at("result").at("txs").at(0); // a transaction with its hash, as the chain gave both
  const auto block =
    result(json::object{{"block", json::object{{"data", json::object{{"txs", json::array{found.at("tx")}}}}}}});
  const auto hashes = std::get<std::vector<TxHash>>(decode_block_hashes(block));
  BOOST_REQUIRE_EQUAL(hashes.size(), 1u);
  BOOST_TEST(hashes[0].hex == std::string(found.at("hash").as_string()));
  const auto results =
    result(json::object{{"height", found.at("height")}, {"txs_results", json::array{found.at("tx_result")}}});
  const auto judged = std::get<TxLookedUp>(decode_block_result(results, 0));
  BOOST_TEST((judged.found && judged.verdict == Verdict::Accepted));
  BOOST_TEST(name_of(refusal(decode_block_result(results, 1))) == "NoAnswer"); // the block has no second one
}

BOOST_AUTO_TEST_CASE(what_is_not_such_an_answer_is_no_answer) {
  const json::value strange[] = {
    nullptr,
    1,
    "x",
    json::array{},
    json::object{},
    result(nullptr),
    result(json::array{}),
    result(json::object{}),
    result(json::object{{"response", 1}}),
    result(json::object{{"response", json::object{{"code", "x"}}}}),
    result(json::object{{"response", json::object{{"code", -1}}}}),
    result(json::object{{"response", json::object{{"code", 0.5}}}}),
    result(json::object{{"response", json::object{{"code", 0}, {"value", "not base64"}}}}),
    result(json::object{{"response", json::object{{"code", 0}, {"value", 5}}}}),
    result(json::object{{"code", nullptr}, {"height", "-1"}, {"tx_result", json::object{{"code", 0}}}}),
  };
  for (const auto& response : strange) BOOST_TEST_CONTEXT(json::serialize(response)) {
      BOOST_TEST(name_of(refusal(decode_query(response))) == "NoAnswer");
      BOOST_TEST(name_of(refusal(decode_broadcast(response))) == "NoAnswer");
      BOOST_TEST(name_of(refusal(decode_tx(response))) == "NoAnswer");
      BOOST_TEST(name_of(refusal(decode_block_hashes(response))) == "NoAnswer");
      BOOST_TEST(name_of(refusal(decode_block_result(response, 0))) == "NoAnswer");
      BOOST_TEST(name_of(refusal(decode_status(response))) == "NoAnswer");
    }
}
