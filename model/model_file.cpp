#include "model/model_file.hpp"

#include "base/duration.hpp"
#include "base/sha256.hpp"
#include "base/utc.hpp"
#include "messages/json.hpp"
#include "messages/bounded_json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>

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

/// Members of version 2 that version 1 has not, and those that have another name there. Version 1 has no member that version 2
/// lacks, and the same order.
constexpr std::string_view added[] = {"interval", "estimator", "link", "factor", "scale_by"};
constexpr std::string_view added_to_scores[] = {"n", "r2", "r2_low", "r2_high", "qlike"};
constexpr std::pair<std::string_view, std::string_view> renamed_of_span[] = {{"refit_rows", "refit_hours"},
                                                                             {"embargo_rows", "embargo_hours"}};

template <class Range> bool is_in(const Range& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

json::object without(const json::object& from, std::span<const std::string_view> names) {
  json::object out;
  for (const auto& e : from)
    if (!is_in(names, std::string_view(e.key()))) out.emplace(e.key(), e.value());
  return out;
}

/// The content of a file of version 1 from that of version 2.
json::object as_version_1(const json::object& from) {
  json::object out;
  for (const auto& e : from) {
    const std::string_view key(e.key());
    if (is_in(added, key)) continue;
    if (key == "horizon") {
      const auto ms = parse_duration(std::string_view(e.value().get_string()));
      out.emplace("horizon_hours", ms.value_or(0) / ms_per_hour);
    } else if (key == "scores") {
      json::array scores;
      for (const auto& row : e.value().get_array()) scores.push_back(without(row.get_object(), added_to_scores));
      out.emplace(key, std::move(scores));
    } else if (key == "walk_forward") {
      json::object span;
      for (const auto& member : e.value().get_object()) {
        std::string_view name(member.key());
        for (const auto& [now, then] : renamed_of_span)
          if (name == now) name = then;
        span.emplace(name, member.value());
      }
      out.emplace(key, std::move(span));
    } else out.emplace(key, e.value());
  }
  return out;
}

/// The content of a file of version 2 from that of version 1, as far as it has the members' kinds.
json::object from_version_1(json::object content) {
  if (const auto* hours = content.if_contains("horizon_hours"); hours && hours->is_int64())
    content["horizon"] = std::to_string(hours->get_int64()) + 'h';
  const auto blank = to_json(ModelFile{});
  content["interval"] = "1h";
  for (const auto name : added) content.emplace(name, blank.get_object().at(name));
  if (auto* span = content.if_contains("walk_forward"); span && span->is_object())
    for (const auto& [now, then] : renamed_of_span)
      if (const auto* value = span->get_object().if_contains(then)) span->get_object()[now] = *value;
  if (auto* scores = content.if_contains("scores"); scores && scores->is_array()) {
    const auto row = to_json(ScoreRow{});
    for (auto& score : scores->get_array())
      for (const auto name : added_to_scores)
        if (score.is_object()) score.get_object().emplace(name, row.get_object().at(name));
  }
  return content;
}

json::object content_of(const ModelFile& file) {
  auto content = to_json(file).get_object();
  return file.version == 1 ? as_version_1(content) : content;
}

} // namespace

std::int64_t interval_ms(const ModelFile& file) { return parse_duration(file.interval).value_or(0); }
std::int64_t horizon_ms(const ModelFile& file) { return parse_duration(file.horizon).value_or(0); }

std::string training_text(const ModelFile& file) {
  const auto& t = file.training;
  if (t.candles == 0) return {};
  return fmt::format("{} candles of {} in {}, {} to {}, {}", t.candles, file.symbol, file.interval, t.first, t.last,
                     file.chosen);
}

std::string model_checksum(const ModelFile& file) { return checksum_of(content_of(file)); }

std::string model_text(const ModelFile& file) {
  json::value content(content_of(file));
  auto& object = content.get_object();
  object["checksum"] = checksum_of(object);
  std::string out;
  print(content, out, 0);
  return out + '\n';
}

ModelFile parse_model(std::string_view text, const std::string& name) {
  const auto fail = [&](const std::string& sentence) -> void { throw ModelError(fmt::format("{}: {}", name, sentence)); };
  json::error_code error;
  auto content = parse_bounded_json(text, error);
  if (error == json::error::incomplete) fail("the file is cut short");
  if (error) fail("not JSON: " + error.message());
  if (!content.is_object()) fail("not a model file: a JSON object is expected");
  auto& object = content.get_object();

  const auto* format = object.if_contains("format");
  if (!format || *format != "inferd model") fail("not a model file: \"format\" is not \"inferd model\"");
  const auto* version = object.if_contains("version");
  if (!version || (*version != 1 && *version != 2)) fail("\"version\" is not 1 or 2, which this program reads");
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
    from_json(json::value(*version == 1 ? from_version_1(std::move(rest)) : std::move(rest)), file);
  } catch (const std::runtime_error& e) {
    fail(e.what());
  }
  return file;
}

} // namespace inferd
