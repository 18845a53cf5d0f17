#include "runtime/chain/comet/block_events.hpp"

#include "messages/bounded_json.hpp"
#include "runtime/chain/comet/classify.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/decimal.hpp"
#include "runtime/chain/comet/json_walk.hpp"
#include "messages/limits.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace inferd::chain {

namespace {

namespace json = boost::json;
using namespace std::string_view_literals;

/// A relevant event that is malformed; caught per event.
struct MalformedEvent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "emissions.v10.EventScoresSet" → "EventScoresSet"; empty for other modules.
std::string_view emissions_event(std::string_view type) {
  for (const std::string_view prefix : {"emissions.v10.", "emissions.v9."})
    if (type.starts_with(prefix)) return type.substr(prefix.size());
  return {};
}

/// Attribute values are JSON inside strings.
class Attributes {
public:
  explicit Attributes(const json::value& event) : list_(find(event, "attributes")) {}

  json::value value(std::string_view key) const {
    const auto* list = list_ ? list_->if_array() : nullptr;
    if (list)
      for (const auto& attribute : *list)
        if (text_in(find(attribute, "key")) == key) return parsed(key, find(attribute, "value"));
    throw MalformedEvent(fmt::format("{} is missing", key));
  }

  TopicId topic() const {
    const auto inner = value("topic_id");
    const auto id = number_in<std::uint64_t>(&inner);
    if (!id || *id == 0) throw MalformedEvent("topic_id is no topic");
    return {*id};
  }

  Height height(std::string_view key) const {
    const auto inner = value(key);
    const auto height = number_in<std::int64_t>(&inner);
    if (!height || *height <= 0) throw MalformedEvent(fmt::format("{} is no height", key));
    return {*height};
  }

  bool is(std::string_view key, std::string_view text) const {
    const auto inner = value(key);
    return text_in(&inner) == text;
  }

  json::array list(std::string_view key) const {
    auto inner = value(key);
    if (!inner.is_array()) throw MalformedEvent(fmt::format("{} is no list", key));
    return std::move(inner.get_array());
  }

private:
  static json::value parsed(std::string_view key, const json::value* outer) {
    const auto text = text_in(outer);
    if (!text) throw MalformedEvent(fmt::format("{} is no text", key));
    json::error_code error;
    auto inner = parse_bounded_json(*text, error);
    if (error) throw MalformedEvent(fmt::format("{} is not JSON", key));
    return inner;
  }

  const json::value* list_;
};

Decimal decimal_in(const json::value& value, std::string_view key) {
  auto decimal = canonical_decimal(text_in(&value).value_or(""));
  if (const auto* error = std::get_if<std::string>(&decimal)) throw MalformedEvent(fmt::format("{}: {}", key, *error));
  return std::get<Decimal>(std::move(decimal));
}

/// One value for each label; a bare value in v9.
json::array values_in(const json::value& value) {
  if (const auto* list = value.if_array()) return *list;
  return {value};
}

/// Calls `then(address, decimal)` for the wallet's entries of two parallel lists.
template <class Then> void for_each_of(const Attributes& event, std::string_view key, const Wallet& wallet, Then then) {
  const auto addresses = event.list("addresses");
  const auto values = event.list(key);
  if (addresses.size() != values.size()) throw MalformedEvent(fmt::format("{} and addresses differ in length", key));
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto address = text_in(&addresses[i]);
    if (!address) throw MalformedEvent("an address is no text");
    if (wallet.address.empty() || *address == wallet.address) then(Wallet{std::string(*address)}, decimal_in(values[i], key));
  }
}

void add_bundle(BlockSeen& block, const Attributes& event, const Wallet& wallet) {
  const auto resistant = event.value("outlier_resistant");
  if (resistant.is_bool() && resistant.get_bool()) return; // emitted twice; this is the outlier-resistant variant
  BundleEvent bundle{event.topic(), event.height("nonce"), {}, {}};
  const auto combined = values_in(event.value("combined_value"));
  if (!combined.empty()) bundle.combined = decimal_in(combined.front(), "combined_value");
  const auto addresses = event.list("inferer_addresses");
  const auto values = event.list("inferer_values");
  if (addresses.size() != values.size()) throw MalformedEvent("inferer_values and inferer_addresses differ in length");
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (text_in(&addresses[i]) != wallet.address) continue;
    const auto ours = values_in(values[i]);
    const auto labels = values[i].is_array() ? event.list("label_names") : json::array{"y"};
    if (labels.size() != ours.size()) throw MalformedEvent("label_names and inferer_values differ in length");
    for (std::size_t j = 0; j < ours.size(); ++j) {
      const auto label = text_or_empty(&labels[j]);
      if (ours[j].is_null()) continue; // the worker omitted this label
      bundle.ours.push_back({labels.size() == 1 && label == "y" ? "" : label, decimal_in(ours[j], "inferer_values").text});
    }
  }
  block.bundles.push_back(std::move(bundle));
}

bool of_interest(std::string_view name) {
  return name == "EventWorkerSubmissionWindowOpened" || name == "EventWorkerSubmissionWindowClosed" ||
         name == "EventScoresSet" || name == "EventRewardsSettled" || name == "EventNetworkInferenceBundle";
}

/// Throws MalformedEvent. Ignores irrelevant events.
void add_event(BlockSeen& block, std::string_view name, const Attributes& event, const Wallet& wallet) {
  const auto of_inferers = [&] { return event.is("actor_type", "ACTOR_TYPE_INFERER_UNSPECIFIED"); };
  if (name == "EventWorkerSubmissionWindowOpened") {
    const WindowEvent window{event.topic(), event.height("nonce_block_height"), event.height("window_end_block")};
    if (window.closes < window.nonce) throw MalformedEvent("window_end_block lies before nonce_block_height");
    block.opened.push_back(window);
  } else if (name == "EventWorkerSubmissionWindowClosed") {
    block.closed.push_back({event.topic(), event.height("nonce_block_height"), {}});
  } else if (name == "EventScoresSet" && of_inferers()) {
    for_each_of(event, "scores", wallet,
                [&, topic = event.topic(), nonce = event.height("block_height")](Wallet who, Decimal score) {
                  block.scores.push_back({topic, nonce, std::move(who), std::move(score)});
                });
  } else if (name == "EventRewardsSettled" && of_inferers()) {
    for_each_of(event, "rewards", wallet,
                [&, topic = event.topic(), nonce = event.height("block_height")](Wallet who, Decimal reward) {
                  block.rewards.push_back({topic, nonce, std::move(who), std::move(reward)});
                });
  } else if (name == "EventNetworkInferenceBundle") {
    add_bundle(block, event, wallet);
  }
}

Result<DecodedBlock> decode_block(const json::value* height, const json::value* events, const Stamp& stamp) {
  const auto number = number_in<std::int64_t>(height);
  if (!number || *number <= 0) return "a block's events come without a height";
  DecodedBlock out;
  out.block.height = {*number};
  out.block.endpoint = stamp.endpoint;
  out.block.at = stamp.at;
  const auto* list = events ? events->if_array() : nullptr;
  if (!list) return out;
  for (const auto& event : *list) {
    const auto name = emissions_event(text_in(find(event, "type")).value_or(""));
    if (name.empty()) continue;
    try {
      add_event(out.block, name, Attributes(event), stamp.wallet);
    } catch (const MalformedEvent& error) {
      if (out.malformed.empty()) out.malformed = fmt::format("block {}: {}: {}", *number, name.substr(0, 60), error.what());
    }
  }
  return out;
}

Result<TxIncluded> decode_tx_result(const json::value* tx_result, Instant at) {
  if (!tx_result) return "a transaction's event comes without its result";
  const auto raw = from_base64(text_in(find(*tx_result, "tx")).value_or("-"));
  const auto height = number_in<std::int64_t>(find(*tx_result, "height"));
  const auto* result = find(*tx_result, "result");
  if (!raw || raw->empty() || !height || *height <= 0 || !result || !result->is_object())
    return "a transaction's event comes without its bytes, height or result";
  const auto* code = find(*result, "code"); // omitted if 0
  TxIncluded tx;
  tx.hash = tx_hash(*raw);
  tx.height = {*height};
  if (code) {
    const auto number = number_in<std::uint32_t>(code);
    if (!number) return "a transaction's event comes with a code that is no number";
    tx.code = *number;
  }
  tx.codespace = text_or_empty(find(*result, "codespace"));
  tx.log = text_or_empty(find(*result, "log"));
  tx.gas_used = {number_in<std::uint64_t>(find(*result, "gas_used")).value_or(0)};
  tx.verdict = classify(Refusal{tx.codespace, tx.code, tx.log, true});
  tx.at = at;
  return tx;
}

template <class T> std::variant<std::monostate, DecodedBlock, TxIncluded, std::string> widened(Result<T> result) {
  return std::visit([](auto& x) -> std::variant<std::monostate, DecodedBlock, TxIncluded, std::string> { return std::move(x); },
                    result);
}

} // namespace

std::optional<BlockSeen> scan_block(std::string_view frame, const Stamp& stamp) {
  constexpr std::string_view data = R"(","data":{"type":"tendermint/event/NewBlockEvents","value":{"height":")";
  constexpr std::string_view events = R"(","events":[)";
  constexpr std::string_view emissions = R"({"type":"emissions.)"; // unescaped quotes: cannot occur inside a string
  const auto height_at = frame.substr(0, 400).find(data);
  if (height_at == frame.npos) return std::nullopt;
  auto rest = frame.substr(height_at + data.size());
  BlockSeen block;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), block.height.value);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (error != std::errc{} || block.height.value <= 0 || !rest.starts_with(events)) return std::nullopt;
  block.endpoint = stamp.endpoint;
  block.at = stamp.at;
  std::optional<json::parser> parser;
  for (auto at = rest.find(emissions); at != rest.npos; at = rest.find(emissions, at + 1)) {
    const auto type = rest.substr(at + R"({"type":")"sv.size(), 100);
    const auto name = emissions_event(type.substr(0, type.find('"')));
    if (!of_interest(name)) continue;
    if (!parser) parser.emplace(json::storage_ptr(), json::parse_options{.max_depth = limits::json_depth});
    parser->reset();
    json::error_code wrong;
    parser->write_some(rest.data() + at, rest.size() - at, wrong); // stops at the event's closing brace
    if (wrong) return std::nullopt;
    try {
      add_event(block, name, Attributes(parser->release()), stamp.wallet);
    } catch (const MalformedEvent&) {
      return std::nullopt;
    }
  }
  return block;
}

std::vector<std::string> block_subscriptions(const std::string& emissions, const std::set<TopicId>& topics) {
  const auto topic_filter =
    topics.size() == 1 ? fmt::format(" = '\"{}\"'", topics.begin()->value) : " EXISTS"; // JSON inside a string
  std::vector<std::string> queries;
  for (const char* event : {"EventWorkerSubmissionWindowOpened", "EventWorkerSubmissionWindowClosed", "EventScoresSet"})
    queries.push_back(fmt::format("tm.event='NewBlockEvents' AND emissions.{}.{}.topic_id{}", emissions, event, topic_filter));
  return queries;
}

std::string tx_subscription(const Wallet& wallet) {
  return fmt::format("tm.event='Tx' AND message.sender='{}'", wallet.address);
}

std::variant<std::monostate, DecodedBlock, TxIncluded, std::string> decode_event(const json::value& frame, const Stamp& stamp) {
  const auto* result = find(frame, "result");
  if (!result || !result->is_object()) return "a frame without a result is no event";
  if (result->get_object().empty()) return std::monostate{};
  const auto type = text_in(find(*result, "data", "type"));
  const auto* value = find(*result, "data", "value");
  if (!type || !value) return "an event comes without its type or value";
  if (*type == "tendermint/event/NewBlockEvents")
    return widened(decode_block(find(*value, "height"), find(*value, "events"), stamp));
  if (*type == "tendermint/event/Tx") return widened(decode_tx_result(find(*value, "TxResult"), stamp.at));
  return std::monostate{};
}

Result<DecodedBlock> decode_block_results(const json::value& response, const Stamp& stamp) {
  const auto* result = find(response, "result");
  if (!result) return "the answer to block_results holds no result";
  return decode_block(find(*result, "height"), find(*result, "finalize_block_events"), stamp);
}

} // namespace inferd::chain
