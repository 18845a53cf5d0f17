#include "runtime/sim/chain/sim_events.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace inferd::sim {

namespace json = boost::json;

std::string quoted(std::string_view text) { return json::serialize(json::value(json::string(text))); }
std::string quoted(std::int64_t number) { return '"' + std::to_string(number) + '"'; }

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& t : texts) out += (out.size() > 1 ? "," : "") + quoted(t);
  return out + ']';
}

void add_payment(std::vector<Event>& events, const std::string& from, const std::string& to, Amount uallo, bool message_index) {
  const auto amount = to_text(uallo) + "uallo";
  const auto first = events.size();
  events.push_back({"coin_spent", {{"spender", from}, {"amount", amount}}});
  events.push_back({"coin_received", {{"receiver", to}, {"amount", amount}}});
  events.push_back({"transfer", {{"recipient", to}, {"sender", from}, {"amount", amount}}});
  events.push_back({"message", {{"sender", from}}});
  if (message_index)
    for (auto i = first; i < events.size(); ++i) events[i].attributes.push_back({"msg_index", "0"});
}

json::array events_json(const std::vector<Event>& events) {
  json::array out;
  out.reserve(events.size());
  for (const auto& e : events) {
    json::array attributes;
    attributes.reserve(e.attributes.size());
    for (const auto& a : e.attributes) attributes.push_back({{"key", a.key}, {"value", a.value}, {"index", true}});
    out.push_back({{"type", e.type}, {"attributes", std::move(attributes)}});
  }
  return out;
}

json::object events_index(const std::vector<Event>& events) {
  json::object out;
  for (const auto& e : events)
    for (const auto& a : e.attributes) {
      auto& values = out[e.type + '.' + a.key];
      if (!values.is_array()) values.emplace_array();
      values.get_array().emplace_back(a.value);
    }
  return out;
}

} // namespace inferd::sim
