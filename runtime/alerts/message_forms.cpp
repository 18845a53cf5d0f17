#include "runtime/alerts/message_forms.hpp"

#include "base/utc.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace inferd::alerts {
namespace {

namespace json = boost::json;

template <class Enum> const char* word(Enum e) { return boost::describe::enum_to_string(e, "?"); }

/// At most `bytes` of it, without half a character of UTF-8.
std::string cut(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  auto end = bytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

} // namespace

std::string text_of(const Notification& n, const Sender& from) {
  return fmt::format("{} {} ({}) on {}: {}", n.firing ? "FIRING" : "RESOLVED", word(n.name), word(n.severity), from.host,
                     n.summary);
}

json::object json_of(const Notification& n, const Sender& from) {
  return {{"source", "inferd"},           {"host", from.host},     {"wallet", from.wallet},
          {"chain", from.chain},          {"alert", word(n.name)}, {"state", n.firing ? "firing" : "resolved"},
          {"severity", word(n.severity)}, {"subject", n.subject},  {"summary", n.summary},
          {"since", utc_text(n.since)},   {"at", utc_text(n.at)},  {"text", text_of(n, from)}};
}

std::string body_of(NotifyForm form, const std::string& chat, const json::object& content, const std::string& text) {
  switch (form) {
    case NotifyForm::json: return json::serialize(content);
    case NotifyForm::slack: return json::serialize(json::object{{"text", cut(text, 40'000)}});
    case NotifyForm::discord: return json::serialize(json::object{{"content", cut(text, 2'000)}});
    case NotifyForm::telegram: return json::serialize(json::object{{"chat_id", chat}, {"text", cut(text, 4'096)}});
  }
  return {};
}

} // namespace inferd::alerts
