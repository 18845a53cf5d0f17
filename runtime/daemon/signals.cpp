#include "runtime/daemon/daemon.hpp"

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <thread>

namespace inferd {

struct SignalWatch::Impl {
  std::function<void(int)> on_signal;
  std::atomic<bool> done{};
  sigset_t set{}, before{};
  std::thread thread;
};

SignalWatch::SignalWatch(std::function<void(int)> on_signal) : impl_(std::make_unique<Impl>()) {
  impl_->on_signal = std::move(on_signal);
  sigemptyset(&impl_->set);
  for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&impl_->set, s);
  pthread_sigmask(SIG_BLOCK, &impl_->set, &impl_->before);
  std::signal(SIGPIPE, SIG_IGN);
  impl_->thread = std::thread([impl = impl_.get()] {
    for (int caught = 0; sigwait(&impl->set, &caught) == 0 && !impl->done;) impl->on_signal(caught);
  });
}

SignalWatch::~SignalWatch() {
  impl_->done = true;
  pthread_kill(impl_->thread.native_handle(), SIGUSR2); // ends sigwait; blocked in all other threads
  impl_->thread.join();
  std::signal(SIGHUP, SIG_IGN); // the restored mask would let it end the process
  pthread_sigmask(SIG_SETMASK, &impl_->before, nullptr);
}

} // namespace inferd
