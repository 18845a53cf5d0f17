#pragma once
// Log output. Console (stderr): `[log] level` and above, one line per event; under journald a priority prefix instead of the
// time. File (inferd.log in `[log] dir`): debug and above, rotated by size and count. A dedicated thread writes; when its queue
// is full the oldest lines are dropped and counted. write_deferred() batches lines to wake that thread less often.

#include "runtime/ports/log_settings.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace inferd {

/// Thread-safe. The destructor flushes.
class Logger {
public:
  virtual ~Logger() = default;
  /// Control characters in `line` are escaped: one event is one line.
  virtual void write(LogLevel, std::string_view line) = 0;
  /// Like write, but the line may wait for the next release_deferred(); one below the console's level for up to a second
  /// longer. Other lines, or 64 of them, release it earlier.
  virtual void write_deferred(LogLevel, std::string_view line) = 0;
  virtual bool writes(LogLevel) const = 0;
  /// Of the console, effective at once also for queued lines; at trace the file receives trace too.
  virtual void set_level(LogLevel) = 0;
  virtual LogLevel level() const = 0;
  virtual void flush() = 0;
  /// To be called after a burst of deferred lines and at least every few seconds.
  virtual void release_deferred() = 0;
  /// Lines dropped because the queue was full.
  virtual std::uint64_t dropped() const = 0;
  /// Why there is no log file; empty: there is one, or none was configured.
  virtual const std::string& trouble() const = 0;

  void debug(std::string_view line) { write(LogLevel::debug, line); }
  void info(std::string_view line) { write(LogLevel::info, line); }
  void warn(std::string_view line) { write(LogLevel::warn, line); }
  void error(std::string_view line) { write(LogLevel::error, line); }
};

/// Never fails: without a writable directory it logs a warning and uses the console only.
std::shared_ptr<Logger> make_logger(const LogSettings&);

/// Case-insensitive; "warning" is warn. False: not a level.
bool parse_level(std::string_view text, LogLevel& level);

/// Escapes control characters as \n, \t, \x1b …; at most `most` bytes of input, with "…" where it was cut.
std::string one_line(std::string_view text, std::size_t most = 4'096);

} // namespace inferd
