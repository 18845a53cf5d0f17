// [notify]

#include "runtime/config/checks.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/config/suggest.hpp"

#include <fmt/format.h>

namespace inferd {

NotifySettings read_notify(Table t) {
  NotifySettings n;
  auto& reading = t.reading();
  if (t.is_table("webhook")) {
    n.webhook_secret = read_secret(t, "webhook");
    reading.show("notify.webhook", "(secret: " + place_of(n.webhook_secret) + ")", t.place("webhook"));
  } else {
    n.webhook = t.text(
      {"webhook"}, "",
      [](const std::string& url) {
        return url.empty() ? "" : url_fault(url, {"https", "http"});
      },
      shown_url);
  }
  n.form = t.choice<NotifyForm>({"form"}, NotifyForm::json);
  n.chat = t.text({"chat"}, "");
  n.command = t.texts({"command"}, {});
  if (!n.command.empty() && n.command.front().empty()) t.wrong("command", "names no program");
  if (!n.command.empty() && n.command.front().starts_with('/')) need_file(t, "command", n.command.front(), "");
  const auto known = enumerators<AlertName>();
  for (const auto& name : t.texts({"alerts"}, {}, [&](const std::string& text) -> std::string {
         for (const auto& k : known)
           if (k == text) return {};
         return "is not an alert; there are: " + one_of(known);
       })) {
    AlertName alert{};
    if (boost::describe::enum_from_string(name.c_str(), alert)) n.alerts.push_back(alert);
  }
  n.check_s = t.number({"check_s"}, n.check_s, 1, 3'600, "seconds from one look at the alerts' conditions to the next");
  n.repeat_s = t.number({"repeat_s"}, n.repeat_s, 60, 31 * 86'400, "seconds between two messages that an alert fires");
  n.per_hour = t.number({"per_hour"}, n.per_hour, 1, 1'000, "messages in an hour, at most");
  n.resolved = t.flag({"resolved"}, n.resolved);
  if (n.form == NotifyForm::telegram && n.chat.empty()) t.wrong("chat", "is missing; telegram wants the chat's id");
  if (n.form != NotifyForm::telegram && t.given("chat")) t.wrong("chat", "is for telegram");
  for (const auto* key : {"form", "chat"})
    if (t.given(key) && !t.given("webhook")) t.wrong(key, "is for a webhook, which is not set");
  t.finish();
  return n;
}

} // namespace inferd
