#include "runtime/daemon/admin/latest_text.hpp"

#include <algorithm>
#include <chrono>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace inferd {
namespace {

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

LatestText::LatestText(Make make) : LatestText(std::move(make), Ages{}, steady_ms) {}

LatestText::~LatestText() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wanted_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::optional<LatestText::Result> LatestText::get() {
  std::unique_lock lock(mutex_);
  const auto now = now_ms_();
  const auto is_within = [&](std::int64_t age) {
    return (result_ && begun_ms_ + age >= now) || (making_since_ms_ && *making_since_ms_ + age >= now);
  };
  if (!is_within(ages_.fresh_ms)) {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    wanted_ = true;
    wanted_changed_.notify_one();
  }
  const bool there = result_changed_.wait_for(lock, std::chrono::milliseconds(ages_.wait_ms),
                                              [&] { return result_ && begun_ms_ + ages_.stale_ms >= now; });
  return there ? result_ : std::nullopt;
}

void LatestText::run() {
  pthread_setname_np(pthread_self(), "figures");
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19);
  std::unique_lock lock(mutex_);
  while (true) {
    wanted_changed_.wait(lock, [&] { return wanted_ || stopped_; });
    if (stopped_) return;
    wanted_ = false;
    const auto begun = now_ms_();
    making_since_ms_ = begun;
    lock.unlock();
    Result result;
    try {
      result = make_(stopped_);
    } catch (const std::exception& e) {
      result = Failed{e.what()};
    }
    lock.lock();
    making_since_ms_.reset();
    result_ = std::move(result);
    begun_ms_ = begun;
    result_changed_.notify_all();
  }
}

} // namespace inferd
