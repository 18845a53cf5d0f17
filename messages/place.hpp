#pragma once
// The address of an actor in the supervision tree, compared as a value. The text form ("timer/67", "fetcher/btcusd/1h") is used
// only by admin port, log, tape and `config show`.

#include "messages/units.hpp"

#include <algorithm>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace inferd {

/// What runs at a place.
enum class PlaceKind {
  root,      ///< supervisor of everything
  ledger,    ///< one per wallet
  chain,     ///< supervisor of submitter and watcher
  submitter, ///< one per wallet
  watcher,   ///< one per wallet
  topic,     ///< supervisor of one topic's pipeline
  timer,     ///< one per topic
  fetcher,   ///< one per feed
  feature,   ///< one per feed
  predictor, ///< one per topic
  feed,      ///< supervisor of the market data of one symbol and interval
  scoring,   ///< supervisor of the scorer
  scorer     ///< one per wallet
};
BOOST_DESCRIBE_ENUM(PlaceKind, root, ledger, chain, submitter, watcher, topic, timer, fetcher, feature, predictor, feed,
                    scoring, scorer)

/// What distinguishes the places of one kind.
enum class PlaceKey {
  none,  ///< there is one place of this kind
  topic, ///< Place::topic
  text   ///< Place::key
};

constexpr PlaceKey key_of(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::root:
    case PlaceKind::ledger:
    case PlaceKind::chain:
    case PlaceKind::submitter:
    case PlaceKind::watcher:
    case PlaceKind::scoring:
    case PlaceKind::scorer: return PlaceKey::none;
    case PlaceKind::topic:
    case PlaceKind::timer:
    case PlaceKind::predictor: return PlaceKey::topic;
    case PlaceKind::feed:
    case PlaceKind::fetcher:
    case PlaceKind::feature: return PlaceKey::text;
  }
  return PlaceKey::none;
}

struct Place {
  PlaceKind kind{};
  TopicId topic{};   ///< of the kinds with PlaceKey::topic, otherwise 0
  std::string key{}; ///< of the kinds with PlaceKey::text, otherwise empty; 1 to 64 printable ASCII characters, no space
  auto operator<=>(const Place&) const = default;
};
BOOST_DESCRIBE_STRUCT(Place, (), (kind, topic, key))

/// "ledger", "timer/67", "fetcher/btcusd/1h".
inline std::string to_string(const Place& place) {
  std::string out = boost::describe::enum_to_string(place.kind, "?");
  switch (key_of(place.kind)) {
    case PlaceKey::none: return out;
    case PlaceKey::topic: return out + '/' + std::to_string(place.topic.value);
    case PlaceKey::text: return out + '/' + place.key;
  }
  return out;
}

/// The place with exactly this text form, empty for any other text. `text` may come from outside the process.
inline std::optional<Place> parse_place(std::string_view text) {
  constexpr std::size_t longest_key = 64;
  const auto slash = text.find('/');
  const auto key = slash == text.npos ? std::string_view() : text.substr(slash + 1);
  Place place;
  if (!boost::describe::enum_from_string(std::string(text.substr(0, slash)).c_str(), place.kind)) return {};
  switch (key_of(place.kind)) {
    case PlaceKey::none: break;
    case PlaceKey::topic: std::from_chars(key.data(), key.data() + key.size(), place.topic.value); break;
    case PlaceKey::text:
      if (key.empty() || key.size() > longest_key) return {};
      if (!std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; })) return {};
      place.key = key;
  }
  if (to_string(place) != text) return {}; // a leading zero, a number out of range, anything behind it, a NUL
  return place;
}

} // namespace inferd
