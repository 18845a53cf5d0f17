// The events of one block. Input: a line with the event's type, then one attribute per line, key and value separated by a tab;
// an empty line ends an event. The harness encodes the values as JSON in a string, which mutation rarely produces.

#include "runtime/chain/comet/block_events.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace {

namespace json = boost::json;

json::string text(std::string_view from) { return json::string(from.data(), from.size()); }

json::array events_in(std::string_view input) {
  json::array events;
  while (!input.empty()) {
    json::object event{{"type", text(inferd::fuzz::take_line(input))}};
    json::array attributes;
    for (auto line = inferd::fuzz::take_line(input); !line.empty(); line = inferd::fuzz::take_line(input)) {
      const auto tab = line.find('\t');
      attributes.push_back({{"key", text(line.substr(0, tab))}, {"value", text(tab == line.npos ? "" : line.substr(tab + 1))}});
    }
    event["attributes"] = std::move(attributes);
    events.push_back(std::move(event));
  }
  return events;
}

void positive(const inferd::chain::DecodedBlock& decoded) {
  for (const auto& window : decoded.block.opened)
    FUZZ_CHECK(window.topic.value > 0 && window.nonce.value > 0 && window.closes >= window.nonce);
  for (const auto& window : decoded.block.closed) FUZZ_CHECK(window.topic.value > 0 && window.nonce.value > 0);
  for (const auto& score : decoded.block.scores) FUZZ_CHECK(score.nonce.value > 0 && !score.score.text.empty());
  for (const auto& reward : decoded.block.rewards) FUZZ_CHECK(reward.nonce.value > 0 && !reward.reward.text.empty());
  for (const auto& bundle : decoded.block.bundles) FUZZ_CHECK(bundle.nonce.value > 0);
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  const json::value frame{
    {"result",
     {{"data", {{"type", "tendermint/event/NewBlockEvents"}, {"value", {{"height", "7"}, {"events", events_in(input)}}}}}}}};
  for (const auto* wallet : {"", "allo1me", "allo1p7jfx6tv2wvmqjy0lqf5pcjkj2aqpwyjsgtxsl"}) {
    const auto event = chain::decode_event(frame, {{wallet}, "node:1", {1}});
    const auto* decoded = std::get_if<chain::DecodedBlock>(&event);
    FUZZ_CHECK(decoded && decoded->block.height.value == 7);
    positive(*decoded);
  }
}
