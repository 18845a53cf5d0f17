#pragma once

#include <csignal>
#include <ctime>

namespace inferd {

/// Blocks SIGPIPE in this thread for its lifetime, and discards one that came: a write to a pipe that nobody reads fails with
/// EPIPE instead of ending the process.
class PipeSignalBlocked {
public:
  PipeSignalBlocked() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalBlocked() {
    constexpr timespec none{};
    while (::sigtimedwait(&pipe_, nullptr, &none) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalBlocked(const PipeSignalBlocked&) = delete;
  PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;

private:
  sigset_t pipe_, before_;
};

} // namespace inferd
