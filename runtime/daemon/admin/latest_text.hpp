#pragma once
// A text that takes longer to make than a request may wait.

#include "messages/limits.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

namespace inferd {

/// Makes the text on a thread of its own, of the lowest priority where the system allows that, and only when somebody asks.
/// Thread-safe.
class LatestText {
public:
  struct Ages {
    std::int64_t fresh_ms = 5'000;                        ///< an older text is made anew, while it is given out
    std::int64_t stale_ms = 60'000;                       ///< an older one is not given out
    std::int64_t wait_ms = limits::admin_answer_deadline; ///< for a text where there is none to give out
  };
  struct Failed {
    std::string reason;
  };
  using Result = std::variant<std::string, Failed>;
  /// May throw. Ends early, with any text, when `stopped`.
  using Make = std::function<std::string(const std::atomic<bool>& stopped)>;

  /// Steady, in milliseconds.
  using Now = std::function<std::int64_t()>;

  explicit LatestText(Make make);
  LatestText(Make make, Ages ages, Now now_ms) : make_(std::move(make)), ages_(ages), now_ms_(std::move(now_ms)) {}
  ~LatestText();
  LatestText(const LatestText&) = delete;
  LatestText& operator=(const LatestText&) = delete;

  /// The latest text, or why it could not be made. Empty: it has not been made in time.
  std::optional<Result> get();

private:
  void run();

  const Make make_;
  const Ages ages_;
  const Now now_ms_;
  std::mutex mutex_;
  std::condition_variable wanted_changed_, result_changed_;
  std::optional<Result> result_;
  std::int64_t begun_ms_ = 0;                   ///< when the making of `result_` began
  std::optional<std::int64_t> making_since_ms_; ///< of the one under way
  bool wanted_ = false;
  std::atomic<bool> stopped_ = false;
  std::thread thread_; ///< from the first request on
};

} // namespace inferd
