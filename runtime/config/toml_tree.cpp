#include "runtime/config/toml_tree.hpp"

#include "messages/limits.hpp"

#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include <algorithm>
#include <chrono>

namespace inferd {
namespace {

Instant to_instant(const toml::date& d, const toml::time& t, int offset_minutes) {
  using namespace std::chrono;
  const sys_days day{year{d.year} / d.month / d.day};
  const auto ms = duration_cast<milliseconds>(day.time_since_epoch()) + hours{t.hour} + minutes{t.minute} + seconds{t.second} +
                  milliseconds{t.nanosecond / 1'000'000} - minutes{offset_minutes};
  return Instant{ms.count()};
}

Node to_node(const toml::node& from) {
  Node to;
  to.line = static_cast<int>(from.source().begin.line);
  from.visit([&](const auto& value) {
    using T = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<T, toml::table>) {
      to.kind = Node::Kind::table;
      for (const auto& [key, member] : value) {
        auto& added = to.members.emplace_back(Member{std::string(key.str()), to_node(member)});
        if (const auto line = key.source().begin.line; line > 0) added.value.line = static_cast<int>(line);
      }
      // toml++ sorts by name; mistakes and `config show` follow the file.
      std::stable_sort(to.members.begin(), to.members.end(),
                       [](const auto& a, const auto& b) { return a.value.line < b.value.line; });
    } else if constexpr (std::is_same_v<T, toml::array>) {
      to.kind = Node::Kind::array;
      for (const auto& item : value) to.items.push_back(to_node(item));
    } else if constexpr (std::is_same_v<T, toml::value<std::string>>) {
      to.kind = Node::Kind::text;
      to.text = value.get();
    } else if constexpr (std::is_same_v<T, toml::value<std::int64_t>>) {
      to.kind = Node::Kind::integer;
      to.integer = value.get();
    } else if constexpr (std::is_same_v<T, toml::value<double>>) {
      to.kind = Node::Kind::real;
      to.real = value.get();
    } else if constexpr (std::is_same_v<T, toml::value<bool>>) {
      to.kind = Node::Kind::boolean;
      to.boolean = value.get();
    } else if constexpr (std::is_same_v<T, toml::value<toml::date>>) {
      to.kind = Node::Kind::instant;
      to.instant = to_instant(value.get(), {}, 0);
    } else if constexpr (std::is_same_v<T, toml::value<toml::date_time>>) {
      const auto& dt = value.get();
      to.kind = Node::Kind::instant;
      to.instant = to_instant(dt.date, dt.time, dt.offset ? dt.offset->minutes : 0);
    } else {
      to.kind = Node::Kind::time; // a time of day, which no setting accepts
    }
  });
  return to;
}

/// The first line with a key of too many parts, or 0. Dotted keys nest without brackets, so the parser's depth limit does not
/// apply, and a tree as deep as the file is long overflows the stack when it is walked or destroyed. Exact for valid TOML only;
/// the parser reports the rest.
int line_of_long_key(std::string_view text) {
  int line = 1;
  std::size_t dots = 0;
  const auto tripled = [&](std::size_t at) { return text.substr(at, 3) == std::string(3, text[at]); };
  const auto string_end = [&](std::size_t at) { // from the opening quote to the closing one
    const char quote = text[at];
    const bool many_lines = tripled(at);
    for (at += many_lines ? 3 : 1; at < text.size(); ++at) {
      if (text[at] == '\n') {
        if (!many_lines) return at - 1;
        ++line;
      } else if (text[at] == '\\' && quote == '"') {
        if (at + 1 < text.size() && text[at + 1] != '\n') ++at;
      } else if (text[at] == quote && (!many_lines || tripled(at))) {
        if (many_lines)
          for (at += 2; at + 1 < text.size() && text[at + 1] == quote;) ++at; // up to two quotes may end the text
        return at;
      }
    }
    return at;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '\n': ++line, dots = 0; break;
      case '#': at = std::min(text.find('\n', at), text.size()) - 1; break;
      case '"':
      case '\'': at = string_end(at); break;
      case '.':
        if (++dots >= limits::config_key_parts) return line;
        break;
      default: break;
    }
  }
  return 0;
}

} // namespace

const char* kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text: return "a text";
    case Node::Kind::integer: return "a whole number";
    case Node::Kind::real: return "a number with a fraction";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::instant: return "a date";
    case Node::Kind::array: return "a list";
    case Node::Kind::table: return "a table";
    case Node::Kind::time: return "a time of day";
  }
  return "?";
}

std::variant<Node, ConfigMistake> parse_toml(const std::string& file, std::string_view text) {
  if (const int line = line_of_long_key(text))
    return ConfigMistake{file, line, {}, "more than " + std::to_string(limits::config_key_parts) + " parts joined by dots"};
  try {
    return to_node(toml::parse(text));
  } catch (const toml::parse_error& e) {
    return ConfigMistake{file, static_cast<int>(e.source().begin.line), {}, "not TOML: " + std::string(e.description())};
  }
}

} // namespace inferd
