// A node's WebSocket messages as JSON: responses to every method, and subscription events.

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/block_events.hpp"
#include "runtime/chain/comet/status_probe.hpp"
#include "messages/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/json/parse.hpp>

namespace {

template <class Answered> void has_reason(const Answered& answered) {
  using namespace inferd;
  if (const auto* refused = std::get_if<chain::Refused>(&answered)) FUZZ_CHECK(refused->verdict != Verdict::Accepted);
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  const auto look = chain::parse_status_probe(200, input, "localnet");
  FUZZ_CHECK(look.height >= 0 && (look.answered || !look.trouble.empty()));

  boost::json::parse_options options;
  options.max_depth = limits::json_depth;
  boost::json::error_code error;
  const auto message = boost::json::parse({input.data(), input.size()}, error, {}, options);
  if (error || !message.is_object()) return;

  has_reason(chain::decode_query(message));
  has_reason(chain::decode_simulate(message));
  has_reason(chain::decode_broadcast(message));
  const auto looked_up = chain::decode_tx(message);
  has_reason(looked_up);
  if (const auto* tx = std::get_if<TxLookedUp>(&looked_up)) FUZZ_CHECK(tx->found == (tx->height.value > 0));
  const auto hashes = chain::decode_block_hashes(message);
  has_reason(hashes);
  if (const auto* all = std::get_if<std::vector<TxHash>>(&hashes))
    for (const auto& hash : *all) FUZZ_CHECK(hash.hex.size() == 64);
  const auto result = chain::decode_block_result(message, 0);
  has_reason(result);
  if (const auto* tx = std::get_if<TxLookedUp>(&result)) FUZZ_CHECK(tx->found && tx->height.value > 0);
  const auto status = chain::decode_status(message);
  has_reason(status);
  if (const auto* node = std::get_if<chain::NodeStatus>(&status)) FUZZ_CHECK(node->height.value >= 0);

  const chain::Stamp everyone{{}, "node:1", {1}};
  const auto event = chain::decode_event(message, everyone);
  if (const auto* tx = std::get_if<TxIncluded>(&event)) FUZZ_CHECK(tx->height.value > 0 && tx->hash.hex.size() == 64);
  if (const auto* sentence = std::get_if<std::string>(&event)) FUZZ_CHECK(!sentence->empty());
  const auto results = chain::decode_block_results(message, everyone);
  if (const auto* decoded = std::get_if<chain::DecodedBlock>(&results)) FUZZ_CHECK(decoded->block.height.value > 0);
}
