#pragma once
// A long-lived child process that answers one line to each line. Supervised: started, restarted with backoff, killed with its
// process group when it does not keep to the protocol, stopped. One thread each, so that none waits for another.

#include "messages/backoff.hpp"
#include "runtime/models/spawn.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace inferd::models {

struct LineProcessSettings {
  ChildSettings child;
  bool hello = false; ///< its first line is a hello; until then nothing is asked
  std::int64_t hello_deadline_ms = 30'000;
  std::int64_t term_ms = 1'000; ///< from SIGTERM to SIGKILL
  Backoff backoff{.first_ms = 500, .longest_ms = 60'000};
  std::size_t max_line = 64u << 10;             ///< bytes of an answer
  std::size_t max_waiting = 64;                 ///< requests
  std::function<void(const std::string&)> warn; ///< lines for the log: failures, and what it writes to stderr. May be empty
};

class LineProcess {
public:
  /// Judges a line: why it is no answer; empty: it is one. Called on the process's thread.
  using Judge = std::function<std::string(std::string_view line)>;
  struct Failed {
    std::string reason; ///< one sentence
  };
  using Done = std::function<void(std::variant<std::string, Failed>)>;

  /// Starts the process. `hello`: judges its first line, with LineProcessSettings::hello.
  explicit LineProcess(LineProcessSettings, Judge hello = {});
  /// Closes its input, then SIGTERM, then SIGKILL. Fails what is under way.
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  /// Writes `line` and waits for the answer; one request at a time, the others in their order. `done` is called exactly once,
  /// within the deadline, on any thread. An answer that is late or that `judge` refuses ends the process, which starts again.
  void ask(std::string line, std::int64_t deadline_ms, Judge judge, Done done);

  /// Of the running process; -1: none runs.
  pid_t pid() const;
  /// Processes started so far.
  unsigned starts() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd::models
