#pragma once

#include "runtime/config/config.hpp"
#include "runtime/log/logger.hpp"
#include "runtime/ports/clock_port.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace inferd {

struct Delivery;

struct RunOptions {
  bool dry_run = false;
  bool once = false;                                ///< end when every topic has one outcome
  std::optional<Instant> until;                     ///< drain at this time
  std::shared_ptr<ClockPort> clock;                 ///< null: the system's
  std::function<void(const Delivery&)> on_delivery; ///< sees every message besides tape and log; from any thread
};

/// How a run ended; the program's exit code.
enum RunExit : int {
  run_ok = 0,         ///< drained and stopped
  run_unresolved = 3, ///< stopped, but something was still under way: the next start resolves it
  run_exhausted = 71  ///< the tree kept failing: the service manager starts the process again
};

/// One wallet's daemon: ports, actors, admin socket, tape. Everything is up when the constructor returns except the
/// connection to the chain, which may take as long as it wants.
class Daemon {
public:
  /// Throws CannotStart.
  Daemon(Config, std::shared_ptr<Logger>, RunOptions = {});
  ~Daemon(); ///< drains and stops what was not run

  /// Blocks until stopped. Call once.
  int run();
  /// Drains and stops; a second call ends at once. From any thread, not from a signal handler.
  void stop(const std::string& why);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// SIGTERM and SIGINT stop `daemon`, SIGHUP is noted; waits on a thread of its own. Call before any thread is started:
/// it blocks the signals for all of them.
class SignalWatch {
public:
  explicit SignalWatch(std::function<void(int)> on_signal);
  ~SignalWatch();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
