#include "runtime/models/line_process.hpp"

#include "base/pipe_signal.hpp"
#include "runtime/models/stderr_log.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace inferd::models {
namespace {

using Clock = StderrLog::Clock;
using std::chrono::milliseconds;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

struct Request {
  std::string line; ///< with its newline
  std::size_t written{};
  std::int64_t deadline_ms{};
  Clock::time_point deadline;
  LineProcess::Judge judge;
  LineProcess::Done done;
};

} // namespace

struct LineProcess::Impl {
  Impl(LineProcessSettings s, Judge h) : settings(std::move(s)), hello(std::move(h)), errors(settings.warn) {
    wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread = std::thread([this] { run(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    notify();
    thread.join();
    ::close(wake);
  }

  void notify() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(wake, &one, sizeof one);
  }

  void run();
  void start();
  void take_requests();
  void step(Clock::time_point now);
  void wait();
  void read_output();
  void read_errors();
  void write_request();
  void lines();
  void answered(std::string_view line);
  void end(const std::string& why);
  void signal_group(int signal) const;
  void reap();
  void close_pipes();
  void fail_all(const std::string& why);
  void finish(Request&&, std::variant<std::string, Failed>);
  std::string unfinished() const;

  LineProcessSettings settings;
  Judge hello;
  std::thread thread;
  int wake = -1;

  std::mutex mutex;
  std::deque<Request> arrived;
  bool stopping = false;
  std::atomic<pid_t> pid{-1};
  std::atomic<unsigned> starts{0};
  std::atomic<std::size_t> pending{0}; ///< requests without an answer

  // Of the thread.
  enum class State { down, greeting, running, dying } state = State::down;
  Child child;
  std::deque<Request> waiting;
  std::optional<Request> current;
  std::string output;
  StderrLog errors;
  std::uint32_t failures = 0;
  std::string down_reason;
  Clock::time_point at{}; ///< down: of the next start; greeting: the hello's deadline; dying: of SIGKILL
};

void LineProcess::Impl::run() {
  const PipeSignalBlocked blocked; // a child may close its input
  for (;;) {
    {
      const std::lock_guard lock(mutex);
      while (!arrived.empty()) waiting.push_back(std::move(arrived.front())), arrived.pop_front();
      if (stopping) break;
    }
    step(Clock::now());
    wait();
  }
  fail_all("the program is ending");
  if (state == State::greeting || state == State::running) {
    close_pipes();
    signal_group(SIGTERM);
    at = Clock::now() + milliseconds(settings.term_ms);
    state = State::dying;
  }
  if (state != State::dying) return;
  pollfd exits{child.pid_fd, POLLIN, 0};
  while (::poll(&exits, 1, static_cast<int>(std::max<std::int64_t>(0, (at - Clock::now()) / milliseconds(1)))) < 0 &&
         errno == EINTR) {
  }
  signal_group(SIGKILL);
  reap();
}

void LineProcess::Impl::step(Clock::time_point now) {
  if (state == State::down && now >= at) start();
  if (state == State::greeting && now >= at) end(fmt::format("was not ready within {} ms", settings.hello_deadline_ms));
  if (state == State::dying && now >= at) {
    signal_group(SIGKILL);
    at = now + milliseconds(settings.term_ms);
  }
  if (current && now >= current->deadline) end(fmt::format("no answer within {} ms{}", current->deadline_ms, unfinished()));
  if (state == State::down || state == State::dying) fail_all(down_reason);
  for (auto it = waiting.begin(); it != waiting.end();) {
    if (now < it->deadline) {
      ++it;
      continue;
    }
    auto late = std::move(*it);
    it = waiting.erase(it);
    const auto why =
      state == State::greeting ? "the process was not ready within {} ms" : "other requests kept the process busy for {} ms";
    const auto ms = late.deadline_ms;
    finish(std::move(late), Failed{fmt::format(fmt::runtime(why), ms)});
  }
  if (state == State::running && !current && !waiting.empty()) {
    current = std::move(waiting.front());
    waiting.pop_front();
    write_request();
  }
}

void LineProcess::Impl::start() {
  auto started = spawn_child(settings.child);
  if (const auto* why = std::get_if<std::string>(&started)) {
    down_reason = *why;
    ++failures;
    at = Clock::now() + milliseconds(settings.backoff.wait(failures));
    if (settings.warn) settings.warn("does not start: " + *why);
    return;
  }
  child = std::get<Child>(started);
  output.clear();
  pid = child.pid;
  ++starts;
  state = settings.hello ? State::greeting : State::running;
  at = Clock::now() + milliseconds(settings.hello_deadline_ms);
}

void LineProcess::Impl::wait() {
  auto until = Clock::now() + std::chrono::hours(1);
  if (state != State::running) until = std::min(until, at);
  if (current) until = std::min(until, current->deadline);
  for (const auto& r : waiting) until = std::min(until, r.deadline);
  std::array<pollfd, 5> fds{};
  nfds_t n = 0;
  const auto add = [&](int fd, short events) {
    if (fd >= 0) fds[n++] = {fd, events, 0};
  };
  add(wake, POLLIN);
  const auto alive = state != State::down;
  if (alive) {
    add(child.pid_fd, POLLIN);
    add(child.out, POLLIN);
    add(child.err, POLLIN);
    if (current && current->written < current->line.size()) add(child.in, POLLOUT);
  }
  const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
  ::poll(fds.data(), n, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
  std::uint64_t count = 0;
  while (::read(wake, &count, sizeof count) > 0) {
  }
  if (!alive) return;
  read_errors();
  if (state != State::dying) {
    write_request();
    read_output();
  }
  siginfo_t exited{};
  if (::waitid(P_PID, static_cast<id_t>(child.pid), &exited, WEXITED | WNOHANG | WNOWAIT) == 0 && exited.si_pid != 0) {
    const auto status = exited.si_code == CLD_EXITED ? exited.si_status << 8 : exited.si_status;
    read_errors();
    if (state != State::dying) { // it ended by itself
      read_output();
      if (state != State::dying) {
        auto why = "the process " + exit_text(status);
        errors.finish(Clock::now());
        if (!errors.last().empty()) why += ": " + errors.last();
        end(why);
      }
    }
    errors.finish(Clock::now());
    signal_group(SIGKILL); // what it forked
    reap();
  }
}

void LineProcess::Impl::write_request() {
  while (current && state == State::running && current->written < current->line.size()) {
    const auto n = ::write(child.in, current->line.data() + current->written, current->line.size() - current->written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return; // it closed its input: it exits, or the deadline passes
    current->written += static_cast<std::size_t>(n);
  }
}

void LineProcess::Impl::read_output() {
  char buffer[16'384];
  while (state == State::greeting || state == State::running) {
    const auto n = ::read(child.out, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    if (n == 0) { // closed: it exits, or it can never answer
      ::close(std::exchange(child.out, -1));
      pollfd exits{child.pid_fd, POLLIN, 0};
      if (::poll(&exits, 1, 50) == 0) end("the process closed its output" + unfinished());
      return;
    }
    output.append(buffer, static_cast<std::size_t>(n));
    lines();
  }
}

void LineProcess::Impl::lines() {
  while (state == State::greeting || state == State::running) {
    const auto newline = output.find('\n');
    if (std::min(newline, output.size()) > settings.max_line)
      return end(fmt::format("the process printed more than {} bytes in one line", settings.max_line));
    if (newline == output.npos) {
      if (state == State::running && !current && !is_blank(output))
        end("the process printed something that was not asked for; only answers belong on its standard output");
      return;
    }
    const auto line = output.substr(0, newline);
    output.erase(0, newline + 1);
    if (!is_blank(line)) answered(line);
  }
}

void LineProcess::Impl::answered(std::string_view line) {
  if (state == State::greeting) {
    if (const auto why = hello ? hello(line) : std::string(); !why.empty()) return end(why);
    state = State::running;
    return step(Clock::now());
  }
  if (!current || current->written < current->line.size())
    return end("the process printed a line that was not asked for; only answers belong on its standard output");
  if (const auto why = current->judge ? current->judge(line) : std::string(); !why.empty()) return end(why);
  failures = 0;
  finish(*std::exchange(current, std::nullopt), std::string(line));
}

/// The process is of no more use.
void LineProcess::Impl::end(const std::string& why) {
  ++failures;
  const auto pause = settings.backoff.wait(failures);
  down_reason = why;
  if (settings.warn) settings.warn(fmt::format("{}; it starts again in {} ms", why, pause));
  fail_all(why);
  down_reason = why + ", and it was not started again yet";
  close_pipes();
  signal_group(SIGTERM);
  state = State::dying;
  at = Clock::now() + milliseconds(settings.term_ms);
}

void LineProcess::Impl::signal_group(int signal) const {
  if (child.pid > 0) ::kill(-child.pid, signal);
}

/// The process has ended, or gets SIGKILL.
void LineProcess::Impl::reap() {
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  close_pipes();
  for (int* fd : {&child.err, &child.pid_fd})
    if (*fd >= 0) ::close(std::exchange(*fd, -1));
  child = {};
  pid = -1;
  output.clear();
  state = State::down;
  at = Clock::now() + milliseconds(failures > 0 ? settings.backoff.wait(failures) : 0);
}

/// stderr stays open until it has ended: its last words are in it.
void LineProcess::Impl::close_pipes() {
  for (int* fd : {&child.in, &child.out})
    if (*fd >= 0) ::close(std::exchange(*fd, -1));
}

void LineProcess::Impl::read_errors() {
  char buffer[16'384];
  for (int i = 0; i < 16 && child.err >= 0; ++i) { // a flood must not keep the thread
    const auto n = ::read(child.err, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    if (n == 0) {
      ::close(std::exchange(child.err, -1));
      return;
    }
    errors.add({buffer, static_cast<std::size_t>(n)}, Clock::now());
  }
}

std::string LineProcess::Impl::unfinished() const {
  return is_blank(output) ? std::string() : fmt::format("; it printed {} bytes without the end of a line", output.size());
}

void LineProcess::Impl::fail_all(const std::string& why) {
  if (current) finish(*std::exchange(current, std::nullopt), Failed{why});
  for (auto& request : std::exchange(waiting, {})) finish(std::move(request), Failed{why});
}

void LineProcess::Impl::finish(Request&& request, std::variant<std::string, Failed> result) {
  --pending;
  request.done(std::move(result));
}

LineProcess::LineProcess(LineProcessSettings settings, Judge hello)
  : impl_(std::make_unique<Impl>(std::move(settings), std::move(hello))) {}
LineProcess::~LineProcess() = default;

void LineProcess::ask(std::string line, std::int64_t deadline_ms, Judge judge, Done done) {
  line += '\n';
  if (++impl_->pending > impl_->settings.max_waiting) {
    --impl_->pending;
    return done(Failed{fmt::format("{} requests wait for it already", impl_->settings.max_waiting)});
  }
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->arrived.push_back(
      {std::move(line), 0, deadline_ms, Clock::now() + milliseconds(deadline_ms), std::move(judge), std::move(done)});
  }
  impl_->notify();
}

pid_t LineProcess::pid() const { return impl_->pid; }
unsigned LineProcess::starts() const { return impl_->starts; }

} // namespace inferd::models
