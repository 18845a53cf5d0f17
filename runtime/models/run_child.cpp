#include "runtime/models/run_child.hpp"

#include "base/descriptor.hpp"
#include "base/pipe_signal.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace inferd::models {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds turn{50}; ///< until deadline and stopped() are checked again
constexpr std::size_t kept_output = 4'096;
constexpr std::size_t drained_at_once = 1 << 20; ///< a flood must not delay the deadline; what a pipe holds at most

/// One of the child's outputs.
class Output {
public:
  explicit Output(int fd) : fd_(fd) {}
  int to_poll() const { return fd_.get(); } ///< -1 once it is closed: a poll of it would return at once, for ever
  /// Appends what can be read and keeps its end.
  void drain(std::string* into) {
    char buffer[16'384];
    for (std::size_t taken = 0; fd_ && taken < drained_at_once;) {
      const auto n = ::read(fd_.get(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return;
      if (n <= 0) return fd_.close();
      taken += static_cast<std::size_t>(n);
      if (!into) continue;
      into->append(buffer, static_cast<std::size_t>(n));
      if (into->size() > kept_output) into->erase(0, into->size() - kept_output);
    }
  }

private:
  Descriptor fd_;
};

/// The child's standard input, closed once everything is written or the child has closed it.
class Input {
public:
  Input(int fd, std::string_view text) : fd_(fd), rest_(text) { close_if_done(); }
  int to_poll() const { return fd_.get(); }
  void write() {
    const auto n = ::write(fd_.get(), rest_.data(), rest_.size());
    if (n > 0) rest_.remove_prefix(static_cast<std::size_t>(n));
    if (n < 0 && errno != EAGAIN && errno != EINTR) rest_ = {};
    close_if_done();
  }

private:
  void close_if_done() {
    if (rest_.empty()) fd_.close();
  }
  Descriptor fd_;
  std::string_view rest_;
};

} // namespace

std::string ChildEnd::last_line() const {
  const auto end = said.find_last_not_of("\r\n");
  if (end == said.npos) return {};
  const auto begin = said.find_last_of('\n', end);
  return said.substr(begin + 1, end - begin);
}

std::variant<ChildEnd, std::string> run_child(const ChildRun& run) {
  const PipeSignalBlocked blocked;
  auto started = spawn_child(run.child);
  if (auto* why = std::get_if<std::string>(&started)) return std::move(*why);
  const auto child = std::get<Child>(started);
  const Descriptor ended(child.pid_fd);
  Input in(child.in, run.input);
  Output out(child.out), err(child.err);
  ChildEnd end;
  const auto deadline = Clock::now() + milliseconds(run.deadline_ms);
  for (bool over = false; !over;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (end.how == ChildEnd::How::exited && left.count() <= 0) end.how = ChildEnd::How::late;
    if (end.how == ChildEnd::How::exited && run.stopped && run.stopped()) end.how = ChildEnd::How::stopped;
    const bool killed = end.how != ChildEnd::How::exited;
    if (killed) ::kill(-child.pid, SIGKILL);
    pollfd fds[] = {
      {ended.get(), POLLIN, 0}, {in.to_poll(), POLLOUT, 0}, {out.to_poll(), POLLIN, 0}, {err.to_poll(), POLLIN, 0}};
    ::poll(fds, 4, static_cast<int>((killed ? turn : std::min(turn, left)).count()));
    if (fds[1].revents) in.write();
    if (fds[2].revents) out.drain(nullptr);
    if (fds[3].revents) err.drain(&end.said);
    over = fds[0].revents != 0;
  }
  ::kill(-child.pid, SIGKILL); // what it has started, while its process id is still its own
  err.drain(&end.said);        // what it said last
  while (::waitpid(child.pid, &end.status, 0) < 0 && errno == EINTR) {
  }
  return end;
}

} // namespace inferd::models
