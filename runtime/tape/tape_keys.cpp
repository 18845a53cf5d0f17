#include "runtime/tape/tape_keys.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace inferd {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> whole(const json::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  if (!v) return {};
  json::error_code error;
  const auto number = v->to_number<std::int64_t>(error);
  if (error) return {};
  return number;
}

void collect(const json::value& v, EntryKeys& keys) {
  if (const auto* array = v.if_array()) {
    for (const auto& each : *array) collect(each, keys);
    return;
  }
  const auto* o = v.if_object();
  if (!o) return;
  if (const auto topic = whole(*o, "topic"); topic && *topic > 0) {
    const TopicId id{static_cast<std::uint64_t>(*topic)};
    keys.topics.insert(id);
    for (const auto* name : {"nonce", "next_nonce"})
      if (const auto nonce = whole(*o, name); nonce && *nonce > 0) keys.windows.emplace(id, Height{*nonce});
  }
  if (const auto* hash = o->if_contains("hash"); hash && hash->is_string() && !hash->get_string().empty())
    keys.hashes.emplace(hash->get_string().c_str());
  for (const auto& member : *o)
    if (member.key() != "candles") collect(member.value(), keys); // of which there are hundreds, about no window
}

bool is_place(const Place& place, const std::string& text) {
  const auto name = to_string(place);
  return name == text || (name.starts_with(text) && name[text.size()] == '/');
}

} // namespace

EntryKeys keys_of(const TapeEntry& e) {
  EntryKeys keys;
  if (e.to.topic.value > 0) keys.topics.insert(e.to.topic);
  if (e.from && e.from->topic.value > 0) keys.topics.insert(e.from->topic);
  json::error_code error;
  const auto v = json::parse(e.message.empty() ? "null" : e.message, error);
  if (!error) collect(v, keys);
  return keys;
}

bool EntryFilter::matches(const TapeEntry& e) const {
  if ((from && e.seq < *from) || (to && e.seq > *to)) return false;
  if (!type.empty() && e.type != type) return false;
  if (!place.empty() && !is_place(e.to, place) && !(e.from && is_place(*e.from, place))) return false;
  if (!topic && !nonce) return true;
  const auto keys = keys_of(e);
  if (topic && !keys.topics.contains(*topic)) return false;
  return !nonce || std::any_of(keys.windows.begin(), keys.windows.end(),
                               [&](const auto& w) { return w.second == *nonce && (!topic || w.first == *topic); });
}

} // namespace inferd
