#pragma once
// A parsed TOML file with its lines, so that only one source file has to see the parser.

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
  int line{}; ///< of a table's member: the key's
  std::string text;
  std::int64_t integer{};
  double real{};
  bool boolean{};
  Instant instant;             ///< a date or a date and time; UTC where no offset was given
  std::vector<Node> items;     ///< of an array
  std::vector<Member> members; ///< of a table, in the file's order
};

struct Member {
  std::string key;
  Node value;
};

/// "a text", "a number" … for mistakes.
const char* kind_name(Node::Kind);

/// Syntax errors come as one mistake: the parser ends at the first.
std::variant<Node, ConfigMistake> parse_toml(const std::string& file, std::string_view text);

} // namespace inferd
