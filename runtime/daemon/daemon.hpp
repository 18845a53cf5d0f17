#pragma once

#include "runtime/config/config.hpp"
#include "runtime/log/logger.hpp"
#include "runtime/config/mistake.hpp"
#include "runtime/ports/clock_port.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct BookOutcome;
struct Delivery;

struct RunOptions {
  bool dry_run = false;
  bool once = false;                                ///< stop once every topic has an outcome
  std::optional<Instant> until;                     ///< drain at this time
  std::shared_ptr<ClockPort> clock;                 ///< null: the system clock
  std::function<void(const Delivery&)> on_delivery; ///< gets every delivery, after tape and log; called from any thread
  std::function<void(const BookOutcome&)>
    on_outcome; ///< gets each window's end, once it is in the books; nonce 0: a registration's
  /// Reads the configuration again, for a reload; empty: it cannot be reloaded.
  std::function<std::variant<Config, std::vector<ConfigMistake>>()> load_again{};
  std::uint64_t reloads{}; ///< since the process began
};

/// Results of Daemon::run, also the program's exit code; with `once` also those of Once::Code.
enum RunExit : int {
  run_ok = 0,           ///< drained and stopped
  run_unresolved = 3,   ///< stopped with unresolved submissions: the next start resolves them
  run_chain_reset = 72, ///< the chain was reset: construct another Daemon, which archives the books
  run_reload = 73,      ///< stopped between two windows: construct another Daemon from next_config()
  run_exhausted = 71    ///< a restart limit was exceeded: the service manager restarts the process
};

/// One wallet's daemon: ports, actors, admin socket, tape. The constructor returns before the chain is connected, everything
/// else runs by then.
class Daemon {
public:
  /// Throws CannotStart.
  Daemon(Config, std::shared_ptr<Logger>, RunOptions = {});
  ~Daemon(); ///< drains and stops, if run() did not

  /// Blocks until stopped; returns a RunExit, or with `once` a Once::Code. Call once.
  int run();
  /// After run_reload.
  Config next_config();
  /// With `once`: the topics without an answer and why, in one sentence. Empty: none.
  std::string unanswered() const;
  /// Drains and stops; a call while draining stops at once. From any thread, not from a signal handler.
  void stop(const std::string& why);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Calls `on_signal` for SIGTERM, SIGINT, SIGHUP and SIGUSR2, on a thread of its own (sigwait). Create before any other thread:
/// threads inherit the blocked signals.
class SignalWatch {
public:
  explicit SignalWatch(std::function<void(int)> on_signal);
  ~SignalWatch();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
