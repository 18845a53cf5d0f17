#pragma once
// Where lines go. Console (stderr): `[log] level` and above, one line an event; into the journal without a time but with the
// priority journald understands. File (inferd.log in `[log] dir`): debug and above, bounded in size and count. Writing
// happens on a thread of its own; when it falls behind the oldest waiting lines are dropped and counted. That thread is woken
// as seldom as may be: see hold().

#include "runtime/ports/log_settings.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace inferd {

/// Thread-safe. Lives as long as anyone writes; its end flushes.
class Logger {
public:
  virtual ~Logger() = default;
  /// Control characters in `line` are made visible, so that one event stays one line whoever wrote its words.
  virtual void write(LogLevel, std::string_view line) = 0;
  /// Like write, but the line may wait for the next rest(), and one that only the file wants for a second more, or for company.
  virtual void write_deferred(LogLevel, std::string_view line) = 0;
  virtual bool writes(LogLevel) const = 0;
  /// Of the console, from now on, lines still waiting included; trace reaches the file too.
  virtual void set_level(LogLevel) = 0;
  virtual LogLevel level() const = 0;
  virtual void flush() = 0;
  /// Whoever holds lines calls it when a burst of them is over, and at least every few seconds.
  virtual void release_deferred() = 0;
  /// Lines that found no room in the queue.
  virtual std::uint64_t dropped() const = 0;
  /// Why there is no log file, or nothing.
  virtual const std::string& trouble() const = 0;

  void debug(std::string_view line) { write(LogLevel::debug, line); }
  void info(std::string_view line) { write(LogLevel::info, line); }
  void warn(std::string_view line) { write(LogLevel::warn, line); }
  void error(std::string_view line) { write(LogLevel::error, line); }
};

/// Never fails: a directory that cannot be written gives a warning on the console, and the console alone.
std::shared_ptr<Logger> make_logger(const LogSettings&);

/// Case does not count; "warning" is warn. False: not a level.
bool parse_level(std::string_view text, LogLevel& level);

/// Control characters as \n, \t, \x1b …; at most `most` bytes, with "…" where it was cut.
std::string one_line(std::string_view text, std::size_t most = 4'096);

} // namespace inferd
