#include "actors/pipeline/timer_core.hpp"

#include "base/wait.hpp"
#include "runtime/ports/possible_head.hpp"

#include <algorithm>
#include <utility>

namespace inferd {

bool TimerCore::due(Instant now) const {
  return policy_.interval_ms <= 0 || !prepared_at_ || waited(*prepared_at_, now, policy_.interval_ms);
}

TimerCore::Effects TimerCore::prepare(Height nonce, Height closes, Instant now) {
  prepared_at_ = now;
  current_ = PrepareWindow{policy_.topic, nonce, closes, now};
  return {*current_};
}

TimerCore::Effects TimerCore::on(const WindowScheduled& window, Instant now) {
  if (current_ && window.nonce <= current_->nonce) return {};
  next_ = window;
  return on(HeadMoved{head_, now}, now);
}

TimerCore::Effects TimerCore::on(const HeadMoved& head, Instant now) {
  if (head_.value > head.height.value + reorganised_blocks) { // the chain's head went back
    head_ = {};
    next_.reset();
    current_.reset();
  }
  head_ = std::max(head_, head.height);
  if (paused_ || !next_ || head_ < next_->prepare_at || !due(now)) return {};
  const auto window = *std::exchange(next_, std::nullopt);
  return prepare(window.nonce, window.closes, now);
}

TimerCore::Effects TimerCore::on(const WindowOpened& window, Instant now) {
  head_ = std::max(head_, window.nonce);
  if (current_ && current_->nonce == window.nonce) return {}; // prepared ahead
  if (next_ && next_->nonce <= window.nonce) next_.reset();
  if (paused_) return {WindowSkipped{window.topic, window.nonce, "not due: the topic is paused by the operator"}};
  if (!due(now))
    return {WindowSkipped{window.topic, window.nonce,
                          "not due: schedule.interval_s is " + std::to_string(policy_.interval_ms / 1000)}};
  return prepare(window.nonce, window.closes, now);
}

TimerCore::Effects TimerCore::on(const WindowClosed& window, Instant) {
  if (current_ && current_->nonce == window.nonce) current_.reset();
  return {};
}

TimerCore::Effects TimerCore::prepare_again(Instant now) {
  return current_ ? prepare(current_->nonce, current_->closes, now) : Effects{};
}

TimerCore::Effects TimerCore::on(const WindowWanted&, Instant now) { return prepare_again(now); }

TimerCore::Effects TimerCore::on(const ChildRestarted& child, Instant now) {
  // An unclaimed prediction may be lost; a claimed one is not claimed twice.
  const bool lost = child.child == Place{PlaceKind::submitter} || child.child == Place{PlaceKind::predictor, policy_.topic};
  return lost ? prepare_again(now) : Effects{};
}

TimerCore::Effects TimerCore::on(const TopicPaused& m, Instant now) {
  paused_ = m.paused;
  return on(HeadMoved{head_, now}, now); // a window may be near
}

} // namespace inferd
