#pragma once
// Runs a child process to its end. Blocks; not on an actor's thread.

#include "runtime/models/spawn.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace inferd::models {

struct ChildRun {
  ChildSettings child;
  std::string input; ///< for its standard input, which is closed behind it; the child need not read it
  std::int64_t deadline_ms{};
  std::function<bool()> stopped; ///< called every 50 ms; true: the child is killed. Empty: never
};

struct ChildEnd {
  enum class How { exited, late, stopped }; ///< exited: also killed by somebody else
  How how{};
  int status{};     ///< of waitpid
  std::string said; ///< the last 4 KiB of its standard error

  /// Of `said`, without its line feed.
  std::string last_line() const;
};

/// What the child writes to its standard output is dropped. At the end of the child its whole process group is killed. The
/// text: why it did not start, in one sentence.
std::variant<ChildEnd, std::string> run_child(const ChildRun&);

} // namespace inferd::models
