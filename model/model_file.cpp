#include "model/model_file.hpp"

#include "base/sha256.hpp"
#include "messages/json.hpp"
#include "messages/limits.hpp"

#include <fmt/format.h>

namespace inferd {
namespace {

namespace json = boost::json;

std::string checksum_of(const json::object& content) { return sha256_text(json::serialize(content)); }

bool is_flat(const json::value& v) {
  if (v.is_array()) {
    for (const auto& e : v.get_array())
      if (e.is_structured()) return false;
  } else if (v.is_object()) {
    for (const auto& e : v.get_object())
      if (e.value().is_structured()) return false;
  }
  return true;
}

/// One member or element per line; a value without nested structure stays on one line.
void print(const json::value& v, std::string& out, std::size_t indent) {
  if (!v.is_structured() || is_flat(v)) {
    out += json::serialize(v);
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  out += v.is_object() ? '{' : '[';
  const auto element = [&](const json::value& e) {
    print(e, out, indent + 2);
    separator = ",\n";
  };
  if (v.is_object()) {
    for (const auto& e : v.get_object()) {
      out += separator + margin + json::serialize(json::string(e.key())) + ": ";
      element(e.value());
    }
  } else {
    for (const auto& e : v.get_array()) {
      out += separator + margin;
      element(e);
    }
  }
  out += '\n' + std::string(indent, ' ') + (v.is_object() ? '}' : ']');
}

} // namespace

std::string model_checksum(const ModelFile& file) { return checksum_of(to_json(file).get_object()); }

std::string model_text(const ModelFile& file) {
  auto content = to_json(file);
  auto& object = content.get_object();
  object["checksum"] = checksum_of(object);
  std::string out;
  print(content, out, 0);
  return out + '\n';
}

ModelFile parse_model(std::string_view text, const std::string& name) {
  const auto fail = [&](const std::string& sentence) -> void { throw ModelError(fmt::format("{}: {}", name, sentence)); };
  json::error_code error;
  json::parse_options options;
  options.max_depth = limits::json_depth;
  auto content = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error == json::error::incomplete) fail("the file is cut short");
  if (error) fail("not JSON: " + error.message());
  if (!content.is_object()) fail("not a model file: a JSON object is expected");
  auto& object = content.get_object();

  const auto* format = object.if_contains("format");
  if (!format || *format != "inferd model") fail("not a model file: \"format\" is not \"inferd model\"");
  const auto* version = object.if_contains("version");
  if (!version || *version != 1) fail("\"version\" is not 1, the only one this program reads");
  const auto* checksum = object.if_contains("checksum");
  if (!checksum || !checksum->is_string()) fail("\"checksum\" is missing");
  const std::string written(checksum->get_string());
  // The checksum depends on the order of the members, which erase() would change.
  json::object rest;
  for (const auto& e : object)
    if (e.key() != "checksum") rest.emplace(e.key(), e.value());
  if (checksum_of(rest) != written) fail("the checksum does not match: the file was changed after it was written");

  ModelFile file;
  try {
    from_json(json::value(std::move(rest)), file);
  } catch (const std::runtime_error& e) {
    fail(e.what());
  }
  return file;
}

} // namespace inferd
