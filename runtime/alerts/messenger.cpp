#include "runtime/alerts/messenger.hpp"

#include "base/descriptor.hpp"
#include "base/pipe_signal.hpp"
#include "base/retry_after.hpp"
#include "runtime/alerts/message_forms.hpp"
#include "runtime/models/spawn.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// Appends what can be read, at most `shown_answer` bytes; the rest is dropped. False: the stream has ended.
bool take(int fd, std::string& out) {
  char buffer[4096];
  const auto n = ::read(fd, buffer, sizeof buffer);
  if (n > 0)
    out.append(buffer, std::min<std::size_t>(static_cast<std::size_t>(n), shown_answer - std::min(shown_answer, out.size())));
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
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
  const PipeSignalBlocked blocked;
  auto started = models::spawn_child({.command = settings_.command, .folder = {}, .environment = settings_.environment});
  if (const auto* why = std::get_if<std::string>(&started)) return failed(*why);
  const auto child = std::get<models::Child>(started);
  const Descriptor out(child.out), err(child.err), ended(child.pid_fd);
  std::optional<Descriptor> in(std::in_place, child.in);
  const auto text = boost::json::serialize(message.json) + '\n';
  std::string_view rest = text;
  std::string said, ignored, killed;
  bool out_open = true, err_open = true;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(settings_.deadline_ms);
  while (true) {
    if (killed.empty() && std::chrono::steady_clock::now() >= deadline)
      killed = fmt::format("did not end within {} s", static_cast<double>(settings_.deadline_ms) / 1'000);
    if (const std::lock_guard lock(wait_->mutex); killed.empty() && wait_->stopped) killed = "was ended: inferd is stopping";
    if (!killed.empty()) ::kill(-child.pid, SIGKILL);
    constexpr int turn_ms = 50; // until the deadline and stop() are looked at again
    pollfd fds[] = {{ended.get(), POLLIN, 0},
                    {in ? in->get() : -1, POLLOUT, 0},
                    {out_open ? out.get() : -1, POLLIN, 0},
                    {err_open ? err.get() : -1, POLLIN, 0}};
    ::poll(fds, 4, turn_ms);
    if (fds[1].revents) {
      const auto n = ::write(in->get(), rest.data(), rest.size());
      if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
      if (rest.empty() || (n < 0 && errno != EAGAIN && errno != EINTR)) in.reset(); // it need not read
    }
    if (fds[2].revents) out_open = take(out.get(), ignored);
    if (fds[3].revents) err_open = take(err.get(), said);
    if (fds[0].revents) break;
  }
  while (err_open && take(err.get(), said) && errno != EAGAIN) {
  }                            // what it said last
  ::kill(-child.pid, SIGKILL); // what it has started, while its process id is still its own
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (!killed.empty()) return failed(settings_.command.front() + " " + killed);
  if (status == 0) return std::nullopt;
  return failed(
    fmt::format("{} {}{}{}", settings_.command.front(), models::exit_text(status), said.empty() ? "" : ": ", plain(said)));
}

void Messenger::stop() {
  const std::lock_guard lock(wait_->mutex);
  wait_->stopped = true;
  wait_->changed.notify_all();
}

} // namespace inferd::alerts
