#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace inferd::models {

/// What a child writes to stderr as lines of the log: at most 20 a minute, each of at most 400 bytes; the rest is counted.
class StderrLog {
public:
  using Clock = std::chrono::steady_clock;
  explicit StderrLog(std::function<void(const std::string&)> write) : write_(std::move(write)) {}

  void add(std::string_view bytes, Clock::time_point now);
  /// The last line without an end, and the count.
  void finish(Clock::time_point now);
  /// The newest line, for the reason of a failure: a traceback ends with the error.
  const std::string& last() const { return last_; }

private:
  void line(Clock::time_point now);
  void tell_dropped();

  std::function<void(const std::string&)> write_;
  std::string line_, last_;
  bool cut_ = false;
  Clock::time_point minute_{};
  unsigned written_{};
  std::size_t dropped_{};
};

} // namespace inferd::models
