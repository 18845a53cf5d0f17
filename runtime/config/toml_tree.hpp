#pragma once
// A parsed TOML file with line numbers; keeps the parser's headers in one source file.

#include "messages/units.hpp"
#include "runtime/config/mistake.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd {

struct Member;

struct Node {
  enum class Kind { text, integer, real, boolean, instant, array, table, time };
  Kind kind = Kind::table;
  int line{}; ///< of a table's member: the line of its key
  std::string text;
  std::int64_t integer{};
  double real{};
  bool boolean{};
  Instant instant;             ///< a date or date and time; UTC without an offset
  std::vector<Node> items;     ///< of an array
  std::vector<Member> members; ///< of a table, in file order
};

struct Member {
  std::string key;
  Node value;
};

/// "a text", "a number" … for messages.
const char* kind_name(Node::Kind);

/// The parser stops at the first syntax error, which is the only mistake.
std::variant<Node, ConfigMistake> parse_toml(const std::string& file, std::string_view text);

} // namespace inferd
