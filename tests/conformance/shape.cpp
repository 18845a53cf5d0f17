#include "tests/conformance/shape.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <regex>

namespace inferd::conformance {

namespace json = boost::json;

namespace {

bool of_kind(const json::value& value, std::string_view kind) {
  if (kind == "number") return value.is_number() && !value.is_double();
  if (kind == "bool") return value.is_bool();
  if (kind == "null") return value.is_null();
  const auto* held = value.if_string();
  if (!held) return false;
  const std::string_view text = *held;
  if (kind.starts_with('=')) return text == kind.substr(1);
  const auto only = [&](std::string_view allowed) { return text.find_first_not_of(allowed) == std::string_view::npos; };
  if (kind == "digits") return !text.empty() && only("0123456789");
  if (kind == "hash") return text.size() == 64 && only("0123456789ABCDEF");
  if (kind == "base64") return !text.empty() && chain::from_base64(text).has_value();
  return kind == "text";
}

std::string shape_mismatch_at(const json::value& value, const json::value& shape, const std::string& where) {
  const auto wrong = [&] { return where + ": " + json::serialize(value).substr(0, 200) + " is not " + json::serialize(shape); };
  if (const auto* kinds = shape.if_string()) {
    for (std::string_view left = *kinds; !left.empty();) {
      const auto kind = left.substr(0, left.find('|'));
      if (of_kind(value, kind)) return {};
      left.remove_prefix(std::min(left.size(), kind.size() + 1));
    }
    return wrong();
  }
  if (const auto* list = shape.if_array()) {
    if (!value.is_array() || value.get_array().empty()) return wrong();
    for (const auto& element : value.get_array())
      if (auto why = shape_mismatch_at(element, list->at(0), where + "[]"); !why.empty()) return why;
    return {};
  }
  for (const auto& [name, inner] : shape.as_object()) {
    const auto* object = value.if_object();
    const auto* member = object ? object->if_contains(name) : nullptr;
    if (!member) return where + ": no " + std::string(name) + " in " + json::serialize(value).substr(0, 200);
    if (auto why = shape_mismatch_at(*member, inner, where + "." + std::string(name)); !why.empty()) return why;
  }
  return {};
}

} // namespace

std::string shape_mismatch(const json::value& value, std::string_view shape) {
  return shape_mismatch_at(value, json::parse(json::string_view(shape.data(), shape.size())), "");
}

std::string normalized_log(std::string_view log) {
  static const std::regex address("allo1[0-9a-z]+"), place(R"(\[[^\]]*\.go:[0-9]+\])"), number("[0-9]+");
  auto text = std::regex_replace(std::string(log), address, "@");
  return std::regex_replace(std::regex_replace(text, place, "[place]"), number, "#");
}

} // namespace inferd::conformance
