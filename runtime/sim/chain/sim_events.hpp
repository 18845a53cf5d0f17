#pragma once
// Events in CometBFT's format.

#include "runtime/sim/chain/amount.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace inferd::sim {

struct Attribute {
  std::string key, value; ///< of typed events: JSON, e.g. "\"67\"" for the number 67
};
struct Event {
  std::string type;
  std::vector<Attribute> attributes;
};

/// JSON text for the values of typed events.
std::string quoted(std::string_view text);
std::string quoted(std::int64_t number);
std::string quoted_list(const std::vector<std::string>& texts); ///< ["a","b"]

/// coin_spent, coin_received, transfer and message, as the bank module emits. `message_index`: adds msg_index.
void add_payment(std::vector<Event>& events, const std::string& from, const std::string& to, Amount uallo, bool message_index);

/// [{"type":…,"attributes":[{"key","value","index":true}]}]
boost::json::array events_json(const std::vector<Event>& events);

/// {"type.key":["value",…]}, which subscription queries are matched against.
boost::json::object events_index(const std::vector<Event>& events);

// Module accounts, as recorded.
inline const std::string fee_account = "allo13pxn9n3qw79e03844rdadagmg0nshmwfsnklnq";
inline const std::string ecosystem_account = "allo12uxa8rw9hte3z2nuswjzpmfen289n30uag6agp";
inline const std::string proposer_account = "allo1kuvf4sq5uqk6pkzclzcqf8ry7zpx0dw7u5fz49";
inline const std::string reputer_account = "allo14xzvn2p9nlqj9cdpg2gfkz7wkk0wxlaqz7lxy9";

} // namespace inferd::sim
