#include "runtime/models/protocol.hpp"

#include "base/decimal_text.hpp"
#include "messages/json.hpp"
#include "runtime/market/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace inferd::models {
namespace {

namespace json = boost::json;

constexpr std::size_t most_labels = 1'000, error_bytes = 300, refusal_bytes = 600;

void append_number(std::string& out, double x) { out += std::isfinite(x) ? shortest_text(x) : "null"; }

std::string_view text_of(const json::value& v) { return {v.get_string().data(), v.get_string().size()}; }

/// A finite decimal; empty: it is none.
std::optional<std::string> decimal(std::string_view text) {
  double x{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x)) return {};
  return shortest_text(x);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// [{"label","value"}]. Throws std::runtime_error.
std::vector<LabelledValue> labelled(const json::value& v) {
  if (!v.is_array()) throw std::runtime_error("\"values\" is not a list");
  const auto& list = v.get_array();
  if (list.empty() || list.size() > most_labels)
    throw std::runtime_error(fmt::format("{} values; 1 to {} are wanted", list.size(), most_labels));
  std::vector<LabelledValue> values;
  for (const auto& e : list) {
    const auto* o = e.if_object();
    const auto *label = o ? o->if_contains("label") : nullptr, *value = o ? o->if_contains("value") : nullptr;
    if (!label || !value || !label->is_string() || !value->is_string())
      throw std::runtime_error(R"(an element is not {"label": text, "value": number})");
    auto number = decimal(trimmed(text_of(*value)));
    if (!number)
      throw std::runtime_error(
        fmt::format("the value of {} is {}, not a finite number", excerpt(text_of(*label)), excerpt(text_of(*value))));
    values.push_back({std::string(text_of(*label)), std::move(*number)});
  }
  return values;
}

} // namespace

std::string excerpt(std::string_view text, std::size_t most) {
  std::string out = "\"";
  for (const char c : text.substr(0, most)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out + (text.size() > most ? "…\"" : "\"");
}

std::string request_line(const ModelSpec& spec, const AskModel& ask, std::span<const std::string> names,
                         const std::vector<Candle>& candles) {
  std::string out = fmt::format("{{\"nonce\":{},\"topic\":{},\"symbol\":", ask.nonce.value, ask.topic.value);
  append_json_text(out, spec.symbol);
  out += ",\"target\":";
  append_json_text(out, spec.target);
  out += fmt::format(",\"horizon_minutes\":{},\"interval_minutes\":{},\"deadline\":{},\"deadline_ms\":{},\"close\":",
                     spec.horizon_minutes, spec.interval_minutes, ask.at.value + spec.deadline_ms, spec.deadline_ms);
  append_number(out, ask.close);
  out += fmt::format(",\"candle\":{},\"features\":{{", ask.candle.value);
  bool first = true;
  for (std::size_t i = 0; i < names.size() && i < ask.values.size(); ++i) {
    if (!spec.features.empty() && std::find(spec.features.begin(), spec.features.end(), names[i]) == spec.features.end())
      continue;
    if (!std::exchange(first, false)) out += ',';
    append_json_text(out, names[i]);
    out += ':';
    append_number(out, ask.values[i]);
  }
  out += "},\"candles\":[";
  first = true;
  for (const auto& c : candles) {
    if (!std::exchange(first, false)) out += ',';
    out += fmt::format("[{}", c.opens.value);
    for (const double x : {c.open, c.high, c.low, c.close, c.volume}) {
      out += ',';
      append_number(out, x);
    }
    out += ']';
  }
  out += "],\"labels\":[";
  first = true;
  for (const auto& label : spec.labels) {
    if (!std::exchange(first, false)) out += ',';
    append_json_text(out, label);
  }
  return out + "]}";
}

std::variant<LineAnswer, std::string> parse_answer(std::string_view line, Height nonce) {
  json::value parsed;
  try {
    parsed = market::parse_json_text(line);
  } catch (const std::exception&) {
    return fmt::format("the process answered {}, which is not JSON", excerpt(line));
  }
  const auto* o = parsed.if_object();
  if (!o) return fmt::format("the process answered {}, which is not a JSON object", excerpt(line));
  if (const auto* echoed = o->if_contains("nonce"); echoed && !echoed->is_null())
    if (!echoed->is_string() || text_of(*echoed) != std::to_string(nonce.value))
      return fmt::format("the process answered for another nonce than {}: {}", nonce.value, excerpt(line));
  if (const auto* error = o->if_contains("error"); error && !error->is_null()) {
    const auto text = error->is_string() ? std::string(text_of(*error)) : json::serialize(*error);
    return LineAnswer{{}, "the model says " + excerpt(text, error_bytes)};
  }
  const auto *value = o->if_contains("value"), *values = o->if_contains("values");
  if (value && !value->is_null()) {
    const auto number = value->is_string() ? decimal(trimmed(text_of(*value))) : std::nullopt;
    if (!number) return LineAnswer{{}, fmt::format("the value is {}, not a finite number", excerpt(json::serialize(*value)))};
    return LineAnswer{{{"", *number}}, {}};
  }
  if (!values) return fmt::format(R"(the process answered {}, which has neither "value", "values" nor "error")", excerpt(line));
  try {
    return LineAnswer{labelled(*values), {}};
  } catch (const std::runtime_error& e) {
    return LineAnswer{{}, e.what()};
  }
}

std::variant<std::vector<LabelledValue>, std::string> parse_body(std::string_view body) {
  const auto text = trimmed(body);
  if (text.empty()) return std::string("an empty body, not a number");
  if (!text.starts_with('[')) {
    if (auto number = decimal(text)) return std::vector<LabelledValue>{{"", std::move(*number)}};
    return fmt::format("{}, not a finite number", excerpt(text));
  }
  try {
    return labelled(market::parse_json_text(text));
  } catch (const std::exception& e) {
    return fmt::format("{}: {}", excerpt(text), e.what());
  }
}

std::variant<ModelFacts, std::string> parse_hello(std::string_view line) {
  json::error_code error;
  const auto parsed = json::parse({line.data(), line.size()}, error);
  const auto* o = error ? nullptr : parsed.if_object();
  if (const auto* refused = o ? o->if_contains("refused") : nullptr; refused && refused->is_string())
    return std::string(std::string_view(refused->get_string()).substr(0, refusal_bytes));
  const auto* ready = o && o->contains("ready") ? o->at("ready").if_object() : nullptr;
  if (!ready) return "the model runner began with " + excerpt(line);
  ModelFacts facts;
  try {
    from_json(ready->at("runtime"), facts.runtime);
    from_json(ready->at("inputs"), facts.inputs);
    from_json(ready->at("outputs"), facts.outputs);
  } catch (const std::exception&) {
    return "the model runner began with " + excerpt(line);
  }
  return facts;
}

} // namespace inferd::models
