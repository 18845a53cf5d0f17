#include "runtime/market/fields.hpp"

#include "messages/limits.hpp"
#include "runtime/market/candle_range.hpp"
#include "runtime/market/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>

namespace inferd::market {
namespace {

[[noreturn]] void fail(const char* name, std::string_view what) { throw std::runtime_error(fmt::format("{}: {}", name, what)); }

std::string_view text_of(const boost::json::value& v, const char* name) {
  if (!v.is_string()) fail(name, "not a number");
  return v.get_string();
}

Instant believable(Instant t, const char* name) {
  if (t < earliest || t > latest) fail(name, "an impossible time");
  return t;
}

} // namespace

double decimal(std::string_view text, const char* name) {
  // from_chars also accepts "nan" and "inf".
  const auto first = text.starts_with('-') ? 1u : 0u;
  if (first >= text.size() || text[first] < '0' || text[first] > '9') fail(name, "not a number");
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) fail(name, "out of range");
  if (error != std::errc{} || end != text.data() + text.size()) fail(name, "not a number");
  if (!std::isfinite(value)) fail(name, "out of range");
  return value;
}

double decimal(const boost::json::value& v, const char* name) { return decimal(text_of(v, name), name); }

double volume(const boost::json::value* v) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  if (!v) return unknown;
  try {
    return decimal(*v, "volume");
  } catch (const std::runtime_error&) {
    return unknown;
  }
}

std::int64_t integer(const boost::json::value& v, const char* name) {
  const auto text = text_of(v, name);
  std::int64_t value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) fail(name, "not a whole number");
  return value;
}

Instant time_of(const boost::json::value& v, std::int64_t unit_ms, const char* name) {
  const auto count = integer(v, name);
  if (count < 0 || count > latest.value / unit_ms) fail(name, "an impossible time");
  return believable({count * unit_ms}, name);
}

Instant time_of(const boost::json::value& iso, const char* name) {
  const auto t = iso.is_string() ? parse_iso(iso.get_string()) : std::nullopt;
  if (!t) fail(name, "not a time");
  return believable(*t, name);
}

const boost::json::array& array(const boost::json::value& v, const char* name) {
  if (!v.is_array()) fail(name, "not an array");
  return v.get_array();
}

const boost::json::object& object(const boost::json::value& v, const char* name) {
  if (!v.is_object()) fail(name, "not an object");
  return v.get_object();
}

const boost::json::value& member(const boost::json::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  if (!v) fail(name, "missing");
  return *v;
}

const boost::json::array& row(const boost::json::value& v, std::size_t n) {
  const auto& a = array(v, "row");
  if (a.size() < n) fail("row", fmt::format("{} of {} elements", a.size(), n));
  return a;
}

Parsed parse_answer(const HttpAnswer& answer, Instant now, const std::function<Parsed(const boost::json::value&)>& read) {
  if (auto refusal = refuse_status(answer, now)) return *refusal;
  if (answer.body.size() > limits::http_body) return Refusal{fmt::format("an answer of {} bytes", answer.body.size())};
  if (auto refusal = refuse_text(answer.body)) return *refusal;
  try {
    const auto body = parse_json_text(answer.body);
    if (const auto* object = body.if_object())
      if (auto refusal = refuse_object(*object, now)) return *refusal;
    return read(body);
  } catch (const std::exception& e) { // Boost.JSON throws other types too
    return Refusal{e.what()};
  }
}

Rows each_row(const boost::json::array& rows, const std::function<Candle(const boost::json::value&)>& read) {
  Rows out;
  out.candles.reserve(rows.size());
  std::string first;
  std::size_t number = 0;
  for (const auto& r : rows) {
    ++number;
    try {
      out.candles.push_back(read(r));
    } catch (const std::runtime_error& e) {
      if (first.empty()) first = fmt::format("row {}: {}", number, e.what());
    }
  }
  const auto unreadable = rows.size() - out.candles.size();
  if (unreadable > 0 && out.candles.empty()) throw std::runtime_error(first);
  if (unreadable > 0) out.warnings = fmt::format("{} row(s) left out that cannot be read, the first: {}", unreadable, first);
  return out;
}

} // namespace inferd::market
