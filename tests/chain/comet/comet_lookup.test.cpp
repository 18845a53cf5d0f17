#define BOOST_TEST_MODULE comet_lookup
// What became of a payload, at nodes that do not tell everything. Each kind of permanent trouble of each method: the other
// evidence decides.
#include "runtime/chain/comet/queries.hpp"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "tests/chain/comet/comet_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

namespace {

json::value refusal(int code, const std::string& message, const std::string& data = {}) {
  return {{"jsonrpc", "2.0"}, {"id", 1}, {"error", {{"code", code}, {"message", message}, {"data", data}}}};
}

struct Trouble {
  const char* name;
  std::optional<json::value> answer; ///< nothing: no answer, ever
};
const Trouble troubles[] = {
  {"index disabled", rpc_error("transaction indexing is disabled")},
  {"results discarded", rpc_error("node is not persisting finalize block responses")},
  {"results pruned", rpc_error("could not find results for height #2182")},
  {"height pruned", rpc_error("height 2182 is not available, lowest height is 2187")},
  {"method unknown", refusal(-32601, "Method not found")},
  {"not allowed", refusal(403, "method not allowed")},
  {"not allowed, as HTTP says it", refusal(405, "Method Not Allowed")},
  {"an empty result", nothing},
  {"nonsense", json::value{{"jsonrpc", "2.0"}, {"id", 1}, {"result", "yes"}}},
  {"silence", std::nullopt},
};

json::value state(const std::string& protobuf) {
  return {{"jsonrpc", "2.0"},
          {"id", 1},
          {"result", {{"response", {{"code", 0}, {"value", chain::to_base64(protobuf)}, {"height", "2188"}}}}}};
}

const std::string payload = "the bytes of a payload";

/// A window that closed with block 2183, at a node whose head is 2188 and whose block 2182 holds our payload, with success.
struct Window {
  World world;
  AskTx question{chain::tx_hash(payload), {43}, {2182}, {2183}, {1}, {2170}, {{"", "0.0123"}}};
  std::string held = key(chain::inference_query("v10", {1}, wallet));
  std::string concluded = key(chain::network_inference_query("v10", {1}));
  ScriptedRpc::Answers everything; ///< of a node with an index

  Window() {
    auto& answers = world.rpc->answers;
    answers["block"] = json::value{{"result", {{"block", {{"data", {{"txs", json::array{chain::to_base64(payload)}}}}}}}}};
    answers["block_results"] = json::parse(R"({"result":{"height":"2182","txs_results":[{"code":0,"gas_used":"145000"}]}})");
    answers["tx"] = json::parse(R"({"result":{"height":"2182","tx_result":{"code":0,"gas_used":"145000"}}})");
    answers[held] = answers[concluded] = refused_query(22, "rpc error: code = NotFound desc = not found: key not found");
    world.open();
    everything = answers;
    world.rpc->second.emplace(); // no other node
  }
  static std::string key(const chain::Query& query) { return query.path + " " + chain::to_hex(query.data); }
  static std::string inference(std::int64_t nonce, const std::string& value) {
    wire::InputInferenceResponse response;
    response.mutable_inference()->set_topic_id(1);
    response.mutable_inference()->set_block_height(nonce);
    response.mutable_inference()->set_value(value);
    return response.SerializeAsString();
  }
  static std::string conclusion(std::int64_t nonce, const std::string& value) {
    wire::NetworkInferencesResponse response;
    auto& bundle = *response.mutable_network_inferences();
    bundle.set_topic_id(1);
    bundle.set_nonce(nonce);
    auto& worker = *bundle.add_inferer_values();
    worker.set_worker(wallet.address);
    worker.add_values()->set_value(value);
    return response.SerializeAsString();
  }
  Window& holds(std::int64_t nonce = 2170, const std::string& value = "0.0123") {
    world.rpc->answers[held] = state(inference(nonce, value));
    return *this;
  }
  Window& lacks(const std::string& method, const Trouble& trouble) {
    if (trouble.answer) world.rpc->answers[method] = *trouble.answer;
    else world.rpc->silent.insert(method);
    return *this;
  }
  Window& has_other() {
    world.rpc->second = everything;
    return *this;
  }
  TxLookedUp found() { return world.good<TxLookedUp>(question); }
  AskFailed unknown() { return world.bad<TxLookedUp>(question); }
};

} // namespace

BOOST_AUTO_TEST_CASE(without_a_working_index_the_blocks_decide) {
  for (const auto& trouble : troubles) {
    const auto found = Window().lacks("tx", trouble).found();
    BOOST_TEST((found.found && found.verdict == Verdict::Accepted && found.height == Height{2182}), trouble.name);
    BOOST_TEST(found.gas_used.value == 145'000u, trouble.name);
  }
}

BOOST_AUTO_TEST_CASE(without_blocks_the_other_endpoint_decides_then_the_state) {
  for (const auto& trouble : troubles) {
    const auto elsewhere = Window().lacks("tx", troubles[0]).lacks("block", trouble).has_other().found();
    BOOST_TEST((elsewhere.verdict == Verdict::Accepted && elsewhere.height == Height{2182}), trouble.name);
    const auto held = Window().lacks("tx", troubles[0]).lacks("block", trouble).holds().found();
    BOOST_TEST((held.verdict == Verdict::Accepted && held.height == Height{}), trouble.name); // in no block that is known
    const auto failed = Window().lacks("tx", troubles[0]).lacks("block", trouble).unknown();
    BOOST_TEST((failed.verdict == (trouble.answer ? Verdict::NotFound : Verdict::NoAnswer)), trouble.name);
  }
}

BOOST_AUTO_TEST_CASE(without_a_blocks_results_the_other_endpoint_decides_then_the_state) {
  for (const auto& trouble : troubles) {
    Window other;
    other.lacks("tx", troubles[0]).lacks("block_results", trouble).has_other();
    other.world.rpc->second->insert_or_assign("tx", *troubles[0].answer); // it has no index either
    const auto elsewhere = other.found();
    BOOST_TEST((elsewhere.verdict == Verdict::Accepted && elsewhere.gas_used == Gas{145'000}), trouble.name);

    const auto held = Window().lacks("tx", troubles[0]).lacks("block_results", trouble).holds().found();
    BOOST_TEST((held.verdict == Verdict::Accepted && held.height == Height{2182} && held.code == 0), trouble.name);

    Window late;
    late.lacks("tx", troubles[0]).lacks("block_results", trouble);
    late.world.rpc->answers[late.concluded] = state(Window::conclusion(2170, "0.0123")); // the window has closed
    BOOST_TEST((late.found().verdict == Verdict::Accepted), trouble.name);

    // Neither: it is in the block and has paid, and what it did there is not known.
    const auto unknown = Window().lacks("tx", troubles[0]).lacks("block_results", trouble).found();
    BOOST_TEST((unknown.found && unknown.height == Height{2182} && unknown.code == 0), trouble.name);
    BOOST_TEST((unknown.verdict != Verdict::Accepted && !unknown.log.empty()), trouble.name);
  }
}

BOOST_AUTO_TEST_CASE(the_state_of_the_other_endpoint_counts_too) {
  Window w;
  w.lacks("tx", troubles[0]).lacks("block_results", troubles[1]).has_other();
  for (const auto* method : {"tx", "block_results"}) w.world.rpc->second->erase(method); // HTTP 403
  w.world.rpc->second->insert_or_assign(w.held, state(Window::inference(2170, "0.0123")));
  const auto found = w.found();
  BOOST_TEST((found.verdict == Verdict::Accepted && found.height == Height{2182}));
}

BOOST_AUTO_TEST_CASE(a_state_that_holds_another_answer_or_another_window_confirms_nothing) {
  const auto looked_up = [](std::int64_t nonce, const std::string& value) {
    return Window().lacks("tx", troubles[0]).lacks("block_results", troubles[1]).holds(nonce, value).found();
  };
  BOOST_TEST((looked_up(2170, "0.0123").verdict == Verdict::Accepted));
  BOOST_TEST((looked_up(2170, "0.0124").verdict == Verdict::Unknown)); // of another process with the key
  BOOST_TEST((looked_up(2140, "0.0123").verdict == Verdict::Unknown));
}

BOOST_AUTO_TEST_CASE(the_state_is_asked_as_of_the_block_and_of_the_closing_and_as_it_is_now) {
  Window w;
  w.lacks("tx", troubles[0]).lacks("block_results", troubles[1]);
  w.world.rpc->answers.erase(w.held);
  w.world.rpc->answers.erase(w.concluded);
  std::optional<TxLookedUp> got;
  w.world.chain->ask(w.question, [&](auto answer) { got = std::get<TxLookedUp>(std::move(answer)); });
  BOOST_TEST(!got.has_value());
  std::vector<std::string> heights;
  for (const auto& call : w.world.rpc->held) heights.push_back(text(call.params.at("height")));
  const std::vector<std::string> expected{"2182", "0", "2183", "0"};
  BOOST_TEST(heights == expected, boost::test_tools::per_element());
  w.world.rpc->answer_held(refused_query(18, "failed to load state at height 2182; version does not exist: invalid request"));
  w.world.rpc->answer_held(state(Window::inference(2170, "0.0123")));
  while (!w.world.rpc->held.empty()) w.world.rpc->answer_held(nothing);
  BOOST_REQUIRE(got.has_value());
  BOOST_TEST((got->verdict == Verdict::Accepted));
}

BOOST_AUTO_TEST_CASE(a_registration_whose_result_is_not_told_is_confirmed_by_the_topic) {
  for (const bool registered : {true, false}) {
    Window w;
    w.lacks("tx", troubles[0]).lacks("block_results", troubles[1]);
    w.question.nonce = {};
    w.question.values.clear();
    wire::WindowStatusResponse status;
    status.set_is_registered(registered);
    w.world.rpc->answers[Window::key(chain::window_query("v10", {1}, wallet))] = state(status.SerializeAsString());
    BOOST_TEST((w.found().verdict == (registered ? Verdict::Accepted : Verdict::Unknown)));
  }
}

BOOST_AUTO_TEST_CASE(a_node_on_another_chain_decides_nothing_by_its_state) {
  Window w;
  w.lacks("tx", troubles[0]).lacks("block_results", troubles[1]).holds();
  w.world.rpc->answers["status"].at("result").at("sync_info").as_object()["latest_block_height"] = "90000000";
  BOOST_TEST(w.unknown().reason.find("cannot be that of the chain") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_that_the_index_reports_stands_where_nothing_else_is_told) {
  Window w;
  w.lacks("block_results", troubles[1]);
  w.world.rpc->answers["tx"] =
    json::parse(R"({"result":{"height":"2182","tx_result":{"code":75,"codespace":"emissions","log":"nonce"}}})");
  BOOST_TEST((w.found().verdict == Verdict::NonceNotOpen));
  BOOST_TEST((w.holds().found().verdict == Verdict::Accepted)); // the index lies
}

BOOST_AUTO_TEST_CASE(a_sequence_that_is_free_needs_no_index_to_tell_that_the_bytes_are_in_no_block) {
  for (const auto& trouble : troubles) {
    Window w;
    w.lacks("tx", trouble);
    w.question.sequence = {44};
    const auto none = w.found();
    BOOST_TEST((!none.found && none.verdict == Verdict::NotFound && none.head == Height{2183}), trouble.name);
  }
}
