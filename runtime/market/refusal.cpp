#include "runtime/market/refusal.hpp"

#include "runtime/market/hours.hpp"
#include "runtime/market/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string body_message(std::string_view body) {
  if (body.size() > 4'096) return {}; // an HTML page
  try {
    const auto json = parse_json_text(body);
    if (const auto* object = json.if_object())
      for (const auto* name : {"msg", "message", "detail", "error"})
        if (const auto* member = object->if_contains(name); member && member->is_string())
          return ": " + printable(member->get_string());
  } catch (const std::runtime_error&) { // not JSON: only the status is reported
  }
  return {};
}

} // namespace

std::string printable(std::string_view foreign) {
  std::string out;
  for (const char c : foreign.substr(0, 160)) out += c >= ' ' && c <= '~' ? c : '?';
  return out;
}

std::optional<std::int64_t> retry_after(const HttpHeaders& headers, Instant now) {
  for (const auto& [name, text] : headers) {
    if (name != "retry-after") continue;
    std::int64_t seconds{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range && text[0] != '-') return longest_pause;
    if (error == std::errc{} && end == text.data() + text.size() && seconds >= 0)
      return std::min(seconds, longest_pause / 1'000) * 1'000;
    if (const auto date = parse_http_date(text)) return std::clamp<std::int64_t>(date->value - now.value, 0, longest_pause);
  }
  return {};
}

std::optional<Refusal> refuse_status(const HttpAnswer& answer, Instant now) {
  if (answer.status == 200) return {};
  const bool too_many = answer.status == 429 || answer.status == 418;
  Refusal refusal{fmt::format("HTTP {}{}", answer.status, body_message(answer.body))};
  refusal.pause_ms = retry_after(answer.headers, now).value_or(too_many ? usual_pause : 0);
  return refusal;
}

} // namespace inferd::market
