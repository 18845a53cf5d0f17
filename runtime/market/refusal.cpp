#include "runtime/market/refusal.hpp"

#include "base/retry_after.hpp"
#include "runtime/market/candle_range.hpp"
#include "runtime/market/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace inferd::market {
namespace {

const boost::json::string* words_of(const boost::json::object& object) {
  for (const auto* name : {"msg", "message", "detail", "error"})
    if (const auto* member = object.if_contains(name); member && member->is_string()) return &member->get_string();
  return nullptr;
}

bool too_many(std::string_view words) {
  std::string lower(words.substr(0, 400));
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto has = [&](std::string_view part) { return lower.find(part) != lower.npos; };
  return has("too many requests") || has("too much request weight") || has("rate limit") || has("throttled") ||
         has("run over your") || has("banned until");
}

/// The pause of "… IP banned until 1659146400000." (Binance), in milliseconds from `now`.
std::optional<std::int64_t> banned_for(std::string_view words, Instant now) {
  constexpr std::string_view mark = "banned until ";
  const auto at = words.find(mark);
  std::int64_t until{};
  if (at == words.npos) return {};
  words.remove_prefix(at + mark.size());
  if (std::from_chars(words.data(), words.data() + words.size(), until).ec != std::errc{} || until < earliest.value) return {};
  return std::clamp<std::int64_t>(until - now.value, 0, longest_pause);
}

/// What a body says that holds no data; empty: nothing that can be printed. HTML is for browsers.
std::string body_words(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first == body.npos || body[first] == '<') return {};
  if (body[first] != '{' && body[first] != '[')
    return std::string(body.substr(first, body.find_last_not_of(" \t\r\n") + 1 - first));
  if (body.size() > 4'096) return {};
  try {
    const auto json = parse_json_text(body);
    const auto* object = json.if_object();
    if (const auto* words = object ? words_of(*object) : nullptr) return std::string(*words);
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
  const auto words = body_words(answer.body);
  const auto text = printable(words);
  const bool limited = answer.status == 429 || answer.status == 418;
  Refusal refusal{fmt::format("HTTP {}{}{}", answer.status, text.empty() ? "" : ": ", text)};
  const auto pause = retry_after(answer.headers, now);
  refusal.pause_ms = pause ? *pause : limited ? banned_for(words, now).value_or(usual_pause) : 0;
  return refusal;
}

std::optional<Refusal> refuse_object(const boost::json::object& object, Instant now) {
  const auto* words = words_of(object);
  if (!words) return {};
  Refusal refusal{printable(*words)};
  bool limited = too_many(*words);
  if (const auto* code = object.if_contains("code"); code && code->is_string()) { // numbers are kept as their text
    refusal.reason = fmt::format("code {}: {}", printable(code->get_string()), refusal.reason);
    limited = limited || code->get_string() == "-1003"; // Binance: TOO_MANY_REQUESTS
  }
  if (limited) refusal.pause_ms = banned_for(*words, now).value_or(usual_pause);
  return refusal;
}

std::optional<Refusal> refuse_text(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  const auto letter = first == body.npos ? ' ' : body[first];
  if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))) return {};
  if (body.substr(first).find(' ') == body.npos) return {}; // one word is no sentence: null, NaN
  const auto words = body_words(body);
  return Refusal{"no data, but the text: " + printable(words), too_many(words) ? usual_pause : 0};
}

} // namespace inferd::market
