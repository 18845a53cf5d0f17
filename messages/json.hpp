#pragma once
// JSON of every described aggregate, for tape, admin and logs. Doubles are strings in std::to_chars' shortest round-trip form,
// because Boost.JSON 1.81 parses doubles inexactly; integers are JSON numbers, enums their names, a Place its text form. A
// Uint128 above 2^53 is a string of digits, as readers that hold numbers as doubles would round it.
// Optionals, maps and variants occur in inspections and are written only: an empty optional member is omitted, a variant is
// written as its alternative.

#include "messages/place.hpp"
#include "messages/uint128.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace inferd {

template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_map = false;
template <class K, class V> inline constexpr bool is_map<std::map<K, V>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_variant = false;
template <class... T> inline constexpr bool is_variant<std::variant<T...>> = true;

inline constexpr Uint128 largest_json_number = Uint128{1} << 53;

/// A strong type (one member, operator<=>) is written as its member: {"value":67} becomes 67.
template <class T> using members_of = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T> boost::json::value to_json(const T& x) {
  namespace d = boost::describe;
  if constexpr (std::is_same_v<T, bool>) return x;
  else if constexpr (std::is_same_v<T, std::string>) return boost::json::string(x);
  else if constexpr (std::is_same_v<T, Place>) return boost::json::string(to_string(x));
  else if constexpr (std::is_same_v<T, std::monostate>) return boost::json::object();
  else if constexpr (std::is_same_v<T, Uint128>) {
    if (x <= largest_json_number) return static_cast<std::uint64_t>(x);
    return boost::json::string(to_digits(x));
  } else if constexpr (std::is_enum_v<T>) return boost::json::string(d::enum_to_string(x, "?"));
  else if constexpr (std::is_integral_v<T>) return x;
  else if constexpr (std::is_floating_point_v<T>) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, x).ptr;
    return boost::json::string(text, end);
  } else if constexpr (is_vector<T>) {
    boost::json::array array;
    array.reserve(x.size());
    for (const auto& e : x) array.push_back(to_json(e));
    return array;
  } else if constexpr (is_map<T>) {
    boost::json::object object;
    for (const auto& [key, value] : x) {
      const auto name = to_json(key);
      object[name.is_string() ? std::string(name.get_string()) : boost::json::serialize(name)] = to_json(value);
    }
    return object;
  } else if constexpr (is_variant<T>) {
    return std::visit([](const auto& alternative) { return to_json(alternative); }, x);
  } else {
    using Members = members_of<T>;
    boost::json::value out;
    if constexpr (boost::mp11::mp_size<Members>::value == 1 && requires { x <=> x; }) {
      boost::mp11::mp_for_each<Members>([&](auto m) { out = to_json(x.*m.pointer); });
    } else {
      auto& object = out.emplace_object();
      boost::mp11::mp_for_each<Members>([&](auto m) {
        const auto& member = x.*m.pointer;
        if constexpr (!is_optional<std::decay_t<decltype(member)>>) object[m.name] = to_json(member);
        else if (member) object[m.name] = to_json(*member);
      });
    }
    return out;
  }
}

/// Appends `text` quoted, escaped if necessary.
inline void append_json_text(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; };
  if (!std::all_of(text.begin(), text.end(), plain)) {
    out += boost::json::serialize(boost::json::string_view(text.data(), text.size()));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

/// Appends serialize(to_json(x)) without a DOM: every message is written to the tape.
template <class T> void append_json(std::string& out, const T& x) {
  namespace d = boost::describe;
  if constexpr (std::is_same_v<T, bool>) out += x ? "true" : "false";
  else if constexpr (std::is_same_v<T, std::string>) append_json_text(out, x);
  else if constexpr (std::is_same_v<T, Place>) append_json_text(out, to_string(x));
  else if constexpr (std::is_same_v<T, Uint128>) {
    if (x <= largest_json_number) out += to_digits(x);
    else append_json_text(out, to_digits(x));
  } else if constexpr (std::is_enum_v<T>) append_json_text(out, d::enum_to_string(x, "?"));
  else if constexpr (std::is_arithmetic_v<T>) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, x).ptr;
    if constexpr (std::is_floating_point_v<T>) append_json_text(out, {text, end});
    else out.append(text, end);
  } else if constexpr (is_vector<T>) {
    out += '[';
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i > 0) out += ',';
      append_json(out, x[i]);
    }
    out += ']';
  } else {
    using Members = members_of<T>;
    if constexpr (boost::mp11::mp_size<Members>::value == 1 && requires { x <=> x; }) {
      boost::mp11::mp_for_each<Members>([&](auto m) { append_json(out, x.*m.pointer); });
    } else {
      char before = '{';
      boost::mp11::mp_for_each<Members>([&](auto m) {
        out += std::exchange(before, ',');
        out += '"';
        out += m.name;
        out += "\":";
        append_json(out, x.*m.pointer);
      });
      out += before == '{' ? "{}" : "}";
    }
  }
}

/// Throws std::runtime_error with the member's name if one is missing, of another kind or out of range.
template <class T> void from_json(const boost::json::value& v, T& x, const char* name = "value") {
  namespace d = boost::describe;
  const auto fail = [&] { throw std::runtime_error(std::string(name) + ": unexpected JSON"); };
  if constexpr (std::is_same_v<T, bool>) {
    if (!v.is_bool()) fail();
    x = v.get_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!v.is_string()) fail();
    x.assign(v.get_string().data(), v.get_string().size());
  } else if constexpr (std::is_same_v<T, Place>) {
    const auto place = v.is_string() ? parse_place({v.get_string().data(), v.get_string().size()}) : std::nullopt;
    if (!place) throw std::runtime_error(std::string(name) + ": not a place in the tree");
    x = *place;
  } else if constexpr (std::is_same_v<T, Uint128>) {
    if (v.is_string()) {
      const auto number = parse_digits({v.get_string().data(), v.get_string().size()});
      if (!number) fail();
      x = *number;
    } else {
      std::uint64_t number{};
      from_json(v, number, name);
      x = number;
    }
  } else if constexpr (std::is_enum_v<T>) {
    if (!v.is_string() || !d::enum_from_string(std::string(v.get_string()).c_str(), x)) fail();
  } else if constexpr (std::is_integral_v<T>) {
    boost::json::error_code error;
    x = v.to_number<T>(error);
    if (error) fail();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!v.is_string()) fail();
    const auto& s = v.get_string();
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), x);
    if (error != std::errc{} || end != s.data() + s.size()) fail();
  } else if constexpr (is_vector<T>) {
    if (!v.is_array()) fail();
    x.clear();
    for (const auto& e : v.get_array()) from_json(e, x.emplace_back(), name);
  } else {
    using Members = members_of<T>;
    if constexpr (boost::mp11::mp_size<Members>::value == 1 && requires { x <=> x; }) {
      boost::mp11::mp_for_each<Members>([&](auto m) { from_json(v, x.*m.pointer, name); });
    } else {
      if (!v.is_object()) fail();
      boost::mp11::mp_for_each<Members>([&](auto m) {
        const auto* member = v.get_object().if_contains(m.name);
        if (!member) throw std::runtime_error(std::string(m.name) + ": missing");
        from_json(*member, x.*m.pointer, m.name);
      });
    }
  }
}

} // namespace inferd
