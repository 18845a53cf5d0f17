#pragma once
// Real child processes for tests: shell scripts that keep to the line protocol, or do not.

#include "runtime/models/line_process.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace inferd::test {

using models::LineProcess;
using models::LineProcessSettings;

/// Lines of the log, from the process's thread.
class Lines {
public:
  std::function<void(const std::string&)> writer() {
    return [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
  }
  std::string all() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& line : lines_) out += line + '\n';
    return out;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return lines_.size();
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A process of `/bin/sh -c script`, with short times.
inline LineProcessSettings shell(const std::string& script, Lines& log) {
  LineProcessSettings s;
  s.child.command = {"/bin/sh", "-c", script};
  s.child.environment = models::child_environment(environ);
  s.child.memory_bytes = 256 << 20;
  s.term_ms = 200;
  s.backoff = {.first_ms = 10, .longest_ms = 50};
  s.warn = log.writer();
  return s;
}

using Result = std::variant<std::string, LineProcess::Failed>;

/// Accepts lines that begin with "{".
inline std::string judge_object(std::string_view line) {
  return line.starts_with('{') ? "" : "the process answered \"" + std::string(line) + "\"";
}

inline std::future<Result> ask(LineProcess& process, const std::string& line, std::int64_t deadline_ms = 5'000) {
  auto promise = std::make_shared<std::promise<Result>>();
  process.ask(line, deadline_ms, judge_object, [promise](Result r) { promise->set_value(std::move(r)); });
  return promise->get_future();
}

/// The answer, or "failed: reason"; "hung" when there was none in ten seconds.
inline std::string text(std::future<Result> answer) {
  if (answer.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return "hung";
  auto result = answer.get();
  if (const auto* line = std::get_if<std::string>(&result)) return *line;
  return "failed: " + std::get<LineProcess::Failed>(result).reason;
}

/// Whether `condition` becomes true within ten seconds.
template <class Condition> bool becomes(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
    ::usleep(1'000);
  }
  return true;
}

/// The process answers again, once its backoff is over.
inline bool recovers(LineProcess& process, const std::string& line = "{}") {
  return becomes([&] { return text(ask(process, line)).starts_with("{"); });
}

} // namespace inferd::test
