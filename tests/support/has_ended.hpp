#pragma once

#include "base/descriptor.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace inferd::test {

/// Waits for the end of a process that need not be a child; false after five seconds.
inline bool has_ended(pid_t pid) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return errno == ESRCH;
  pollfd end{process.get(), POLLIN, 0};
  return ::poll(&end, 1, 5'000) == 1;
}

} // namespace inferd::test
