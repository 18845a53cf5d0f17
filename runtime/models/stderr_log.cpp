#include "runtime/models/stderr_log.hpp"

#include <utility>

namespace inferd::models {
namespace {

constexpr unsigned lines_a_minute = 20;
constexpr std::size_t line_bytes = 400;

} // namespace

void StderrLog::add(std::string_view bytes, Clock::time_point now) {
  for (const char c : bytes) {
    if (c == '\n') line(now);
    else if (line_.size() < line_bytes) line_ += c;
    else cut_ = true;
  }
}

void StderrLog::finish(Clock::time_point now) {
  if (!line_.empty()) line(now);
  tell_dropped();
}

void StderrLog::line(Clock::time_point now) {
  auto text = std::exchange(line_, {});
  if (std::exchange(cut_, false)) text += "…";
  if (text.find_first_not_of(" \t\r") == text.npos) return;
  last_ = text;
  if (now - minute_ >= std::chrono::minutes(1)) {
    tell_dropped();
    minute_ = now;
    written_ = 0;
  }
  if (written_ == lines_a_minute) {
    ++dropped_;
    return;
  }
  ++written_;
  if (write_) write_(text);
}

void StderrLog::tell_dropped() {
  if (const auto n = std::exchange(dropped_, 0); n > 0 && write_) write_("(" + std::to_string(n) + " further lines)");
}

} // namespace inferd::models
