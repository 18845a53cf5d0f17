#pragma once
// When to predict: from WindowScheduled::prepare_at on, at once for an open one.

#include "messages/operator.hpp"
#include "messages/prediction.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace inferd {

struct TimerPolicy {
  TopicId topic;
  std::int64_t interval_ms = 0; ///< a window is skipped if the last preparation began less than this ago; 0: none is
  FeedId feed;                  ///< of the topic's symbol
  std::vector<FeedId> others;   ///< of further symbols that its model has inputs of
};

class TimerCore {
public:
  using Effect = std::variant<PrepareWindow, WindowSkipped, WindowWanted>;
  using Effects = std::vector<Effect>;

  explicit TimerCore(TimerPolicy policy) : policy_(std::move(policy)) {}

  Effects start() const { return {WindowWanted{policy_.topic}}; }
  Effects on(const WindowScheduled&, Instant now);
  Effects on(const WindowOpened&, Instant now);
  Effects on(const WindowClosed&, Instant now);
  Effects on(const HeadMoved&, Instant now);
  /// Repeats the current PrepareWindow for a feed that lost it.
  Effects on(const WindowWanted&, Instant now);
  /// Likewise for a restarted submitter and the topic's restarted predictor.
  Effects on(const ChildRestarted&, Instant now);
  /// While paused nothing is prepared and each opening is skipped. What is prepared already goes on.
  Effects on(const TopicPaused&, Instant now);

  bool paused() const { return paused_; }
  const std::optional<PrepareWindow>& current() const { return current_; }
  const std::optional<WindowScheduled>& next() const { return next_; }

private:
  Effects prepare(Height nonce, Height closes, Instant now);
  Effects prepare_again(Instant now);
  bool due(Instant now) const;

  TimerPolicy policy_;
  Height head_;
  std::optional<WindowScheduled> next_;
  std::optional<PrepareWindow> current_;
  bool paused_ = false;
  std::optional<Instant> prepared_at_; ///< when the last preparation began
};

} // namespace inferd
