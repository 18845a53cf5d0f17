#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd::sim {

/// A subscription's condition: `tm.event='Tx' AND message.sender='allo1…'`. All must hold. Of the query language it knows
/// =, CONTAINS and EXISTS; numbers are compared as text.
class EventQuery {
public:
  /// The query, or what is wrong with it in the node's words ("offset 11: got = operator, wanted number, …").
  static std::variant<EventQuery, std::string> parse(std::string_view text);

  /// `index` is {"type.key":["value",…]}; a condition holds if any value of its key does.
  bool matches(const boost::json::object& index) const;
  /// The value that `key` must equal; empty when the query does not say.
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
