#include "runtime/market/refusal.hpp"

#include "base/retry_after.hpp"
#include "runtime/market/json_text.hpp"

#include <algorithm>
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
  for (const auto& [name, text] : headers)
    if (const auto pause = name == "retry-after" ? parse_retry_after(text, now) : std::nullopt)
      return std::min(*pause, longest_pause);
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
