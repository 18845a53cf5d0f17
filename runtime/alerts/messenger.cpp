#include "runtime/alerts/messenger.hpp"

#include "base/retry_after.hpp"
#include "runtime/alerts/message_forms.hpp"
#include "runtime/models/run_child.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace inferd::alerts {
namespace {

constexpr std::size_t shown_answer = 120; ///< of what a webhook or command says about a failure
constexpr std::int64_t longest_pause = 3'600'000;

/// The beginning, in one line of printable ASCII.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, shown_answer)) out += c < ' ' || c > '~' ? ' ' : c;
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

} // namespace

Messenger::Messenger(MessengerSettings settings, std::shared_ptr<HttpPort> http)
  : settings_(std::move(settings)), http_(std::move(http)) {}

std::optional<Undelivered> Messenger::post(const Message& message, Instant now) {
  HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "inferd"}};
  request.body = body_of(settings_.form, settings_.chat, message.json, message.text);
  request.deadline_ms = settings_.deadline_ms;
  request.max_body = 64u << 10;
  if (auto why = settings_.with_webhook([&](std::string_view url) { request.url = url; }); !why.empty())
    return Undelivered{"the webhook's address: " + why, 0};
  const auto answer = std::make_shared<std::optional<std::variant<HttpAnswer, HttpFailed>>>();
  http_->ask(std::move(request), [answer, wait = wait_](std::variant<HttpAnswer, HttpFailed> a) {
    const std::lock_guard lock(wait->mutex);
    *answer = std::move(a);
    wait->changed.notify_all();
  });
  std::unique_lock lock(wait_->mutex);
  wait_->changed.wait(lock, [&] { return answer->has_value() || wait_->stopped; });
  if (!answer->has_value()) return Undelivered{"inferd is stopping", 0};
  if (const auto* failed = std::get_if<HttpFailed>(&**answer)) return Undelivered{"webhook: " + failed->reason, 0};
  const auto& got = std::get<HttpAnswer>(**answer);
  if (got.status >= 200 && got.status < 300) return std::nullopt;
  Undelivered failure{fmt::format("webhook: HTTP {}{}{}", got.status, got.body.empty() ? "" : ": ", plain(got.body)), 0};
  for (const auto& [name, value] : got.headers)
    if (name == "retry-after")
      failure.pause_ms = std::clamp<std::int64_t>(parse_retry_after(value, now).value_or(0), 0, longest_pause);
  return failure;
}

std::optional<Undelivered> Messenger::run(const Message& message) {
  const auto failed = [&](const std::string& why) { return Undelivered{"command: " + why, 0}; };
  const auto ended =
    models::run_child({.child = {.command = settings_.command, .folder = {}, .environment = settings_.environment},
                       .input = boost::json::serialize(message.json) + '\n',
                       .deadline_ms = settings_.deadline_ms,
                       .stopped = [this] {
                         const std::lock_guard lock(wait_->mutex);
                         return wait_->stopped;
                       }});
  if (const auto* why = std::get_if<std::string>(&ended)) return failed(*why);
  const auto& end = std::get<models::ChildEnd>(ended);
  const auto& name = settings_.command.front();
  switch (end.how) {
    case models::ChildEnd::How::late:
      return failed(fmt::format("{} did not end within {} s", name, static_cast<double>(settings_.deadline_ms) / 1'000));
    case models::ChildEnd::How::stopped: return failed(name + " was ended: inferd is stopping");
    case models::ChildEnd::How::exited: break;
  }
  if (end.status == 0) return std::nullopt;
  const auto said = plain(end.last_line());
  return failed(fmt::format("{} {}{}{}", name, models::exit_text(end.status), said.empty() ? "" : ": ", said));
}

void Messenger::stop() {
  const std::lock_guard lock(wait_->mutex);
  wait_->stopped = true;
  wait_->changed.notify_all();
}

} // namespace inferd::alerts
