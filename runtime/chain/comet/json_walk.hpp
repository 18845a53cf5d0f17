#pragma once
// Internal: reads untrusted JSON without throwing. Missing values are null or nothing.

#include <boost/json/value.hpp>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

/// The nested member by path of names; null if missing.
template <class... Names>
const boost::json::value* find(const boost::json::value& from, std::string_view name, Names... names) {
  const auto* object = from.if_object();
  const auto* member = object ? object->if_contains(name) : nullptr;
  if constexpr (sizeof...(names) == 0) return member;
  else return member ? find(*member, names...) : nullptr;
}

inline std::optional<std::string_view> text_in(const boost::json::value* value) {
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::optional<std::string_view>(std::in_place, text->data(), text->size()) : std::nullopt;
}

inline std::string text_or_empty(const boost::json::value* value) { return std::string(text_in(value).value_or("")); }

/// An integer, or a string of digits (Go writes 64-bit integers so).
template <std::integral Number> std::optional<Number> number_in(const boost::json::value* value) {
  if (!value) return std::nullopt;
  if (const auto text = text_in(value)) {
    Number number{};
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
  }
  boost::json::error_code error;
  const auto number = value->is_number() && !value->is_double() ? value->to_number<Number>(error) : Number{};
  return value->is_number() && !value->is_double() && !error ? std::optional(number) : std::nullopt;
}

} // namespace inferd::chain
