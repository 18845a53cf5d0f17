#pragma once
// When to predict: `lead_blocks` ahead of a window that is coming, at once for one that is open.

#include "messages/prediction.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace inferd {

struct TimerPolicy {
  TopicId topic;
  std::int64_t lead_blocks = 3; ///< how far ahead of a window the prediction is made
  std::int64_t interval_ms = 0; ///< windows that open sooner after the last one answered are skipped; 0: answer all
};

class TimerCore {
public:
  using Effect = std::variant<PrepareWindow, WindowClosed, WindowSkipped, WindowWanted>;
  using Effects = std::vector<Effect>;

  explicit TimerCore(TimerPolicy policy) : policy_(policy) {}

  Effects start() const { return {WindowWanted{policy_.topic}}; }
  Effects on(const WindowScheduled&, Instant now);
  Effects on(const WindowOpened&, Instant now);
  Effects on(const WindowClosed&, Instant now);
  Effects on(const HeadMoved&, Instant now);
  /// Someone behind us lost its state: what is wanted now is asked for again; in the pipeline, from the beginning.
  Effects on(const ChildRestarted&, Instant now);

  const std::optional<PrepareWindow>& wanted() const { return wanted_; }
  const std::optional<WindowScheduled>& next() const { return next_; }

private:
  Effects prepare(Height nonce, Height closes, Instant now);
  bool due(Instant now) const;

  TimerPolicy policy_;
  Height head_;
  std::optional<WindowScheduled> next_;
  std::optional<PrepareWindow> wanted_; ///< the window being prepared or open
  std::optional<Instant> answered_at_;  ///< of the last window that was due
  bool afresh_ = true;                  ///< the next request starts the pipeline from the beginning
};

} // namespace inferd
