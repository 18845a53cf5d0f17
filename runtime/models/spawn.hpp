#pragma once
// Starts a child process that inherits nothing but its three streams.

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace inferd::models {

struct ChildSettings {
  std::vector<std::string> command;     ///< program and arguments; a name without '/' is searched in PATH
  std::string folder;                   ///< its working directory; empty: this process's
  std::vector<std::string> environment; ///< "NAME=value"
  std::int64_t memory_bytes{};          ///< RLIMIT_DATA; 0: no limit
  bool reads_only = false;              ///< it may not write to any file (RLIMIT_FSIZE 0)
  bool lowest_priority = false;         ///< nice 19
};

/// The descriptors are this process's ends, non-blocking; the caller closes them and reaps the child.
struct Child {
  pid_t pid = -1; ///< also of its process group
  int pid_fd = -1;
  int in = -1, out = -1, err = -1;
};

/// The child has a process group of its own, default signals, no other descriptors, no core dumps, is what the kernel kills
/// first when memory is short, and is killed when the calling thread ends. Returns once the program was executed; the text is
/// the reason why it was not, in one sentence.
std::variant<Child, std::string> spawn_child(const ChildSettings&);

/// The path of the program `name`, searched in the environment's PATH unless it has a '/'; empty: not found.
std::string program_path(const std::string& name, const std::vector<std::string>& environment);

/// What a model's process inherits of `environ`-like texts: paths, locale, time zone and the settings of Python and of thread
/// counts, so no secret.
std::vector<std::string> child_environment(char** environment);

/// "exited with code 3", "was killed by signal 9 (Killed)" of a status of waitpid.
std::string exit_text(int status);

} // namespace inferd::models
