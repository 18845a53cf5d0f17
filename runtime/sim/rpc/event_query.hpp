#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd::sim {

/// A CometBFT subscription query, e.g. `tm.event='Tx' AND message.sender='allo1…'`. Supports =, CONTAINS, EXISTS and AND;
/// numbers are compared as text.
class EventQuery {
public:
  /// The query, or CometBFT's error text ("offset 11: got = operator, wanted number, …").
  static std::variant<EventQuery, std::string> parse(std::string_view text);

  /// `index` is {"type.key":["value",…]}; a condition holds if any of its key's values matches.
  bool matches(const boost::json::object& index) const;
  /// The value required by `key` = …; empty if there is no such condition.
  std::string wanted(std::string_view key) const;

private:
  enum class Kind { equals, contains, exists };
  struct Condition {
    std::string key;
    Kind kind{};
    std::string value;
  };
  std::vector<Condition> conditions_;
};

} // namespace inferd::sim
