// The chain's head: its pace, what contradicts it, and the blocks that the stream left out.

#include "actors/watcher/watcher_core.hpp"

#include "base/wait.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace inferd {

// A head that is further than time allows, or further back than a reorganisation goes: a new handshake compares the endpoint
// with the others.
bool WatcherCore::other_view(Height height, Effects& effects, Instant now) {
  if (!up_) return false;
  if (possible_head(height, connection_head_, now)) {
    if (height > connection_head_.height) {
      connection_head_ = {height, now};
      if (went_back_) block_at_ = now; // below the known head, but not silent
      compare_with_books({}, effects, now);
    }
    return false;
  }
  effects.push_back(
    Reconnect{"its head went from " + std::to_string(connection_head_.height.value) + " to " + std::to_string(height.value)});
  return true;
}

// The node shows a chain that is far below: the earlier head was wrong, or the chain was rolled back. Heights and windows begin
// from here; what the books have keeps its rows.
void WatcherCore::head_went_back(Height head, Effects& effects, Instant now) {
  head_ = seen_ = head;
  began_ = std::min(began_, Height{std::max<std::int64_t>(1, head.value)});
  head_moved_at_ = now;
  requested_blocks_.clear();
  block_ms_ = 0;
  for (auto& [id, topic] : topics_) {
    if (topic.open) {
      effects.push_back(WindowClosed{id, topic.open->nonce, now});
      topic.open.reset();
    }
    topic.announced = {};
    topic.next.reset();
    topic.gap_after = {};
    topic.gap_listed = true; // no window below is missing
    topic.unbooked.clear();
    effects.push_back(ToTimer{id, HeadMoved{head, now}});
  }
}

// `before`: the known head until now. A window in the books that the chain has not reached any more opens once more, and is not
// answered a second time. Nodes behind one address differ by a few blocks, which is no sign of it.
void WatcherCore::compare_with_books(Height before, Effects& effects, Instant now) {
  if (!up_ || !up_->contradiction.empty()) return;
  const auto head = connection_head_.height;
  const auto from = std::max(before, booked_);
  if (went_back_) {
    went_back_->from = std::max(went_back_->from, booked_);
    if (head < went_back_->from) return;
    went_back_.reset();
    head_moved_at_ = now;
    return;
  }
  if (head >= booked_ || from.value - head.value <= policy_.differing_blocks) return;
  went_back_ = {head, from};
  effects.push_back(HeadWentBack{head, booked_, now});
}

void WatcherCore::add_booked(Height nonce) {
  if (!up_ || up_->contradiction.empty()) booked_ = std::max(booked_, nonce);
}

// Block pace: an exponentially weighted moving average of dt/n over n blocks, pace += (dt/n - pace) * min(1, n/16); the first
// observation sets it. Heights come from the stream and, a little late, from polls.
void WatcherCore::head_at(Height height, Instant now) {
  if (height > head_ || head_time_.height.value == 0) {
    const auto blocks = height.value - head_time_.height.value;
    if (head_time_.height.value > 0 && blocks > 0 && now > head_time_.at) {
      const auto pace = static_cast<double>(now.value - head_time_.at.value) / static_cast<double>(blocks);
      block_ms_ += (pace - block_ms_) * (block_ms_ > 0 ? std::min(1.0, static_cast<double>(blocks) / 16) : 1.0);
    }
    head_time_ = {height, now};
  }
  if (height > head_) head_moved_at_ = now;
  head_ = std::max(head_, height);
}

void WatcherCore::head_moved(Effects& effects, Instant now) {
  effects.push_back(ToSubmitter{HeadMoved{head_, now}});
  for (auto& [id, topic] : topics_) {
    send_head(topic, id, effects, now);
    if (topic.open && topic.open->closes < head_) closed(topic, id, topic.open->nonce, effects, now); // the event was lost
    const bool overdue = topic.next && topic.next->nonce < head_ && topic.announced < topic.next->nonce;
    if (overdue && waited(topic.polled_at, now, 1'001)) topic.wanted = true; // it should have opened: poll
  }
  plan_height_poll(effects, now);
  poll(effects, now);
}

// Linear extrapolation from the last observed height.
Instant WatcherCore::expected(std::int64_t height) const {
  return {head_time_.at.value + static_cast<std::int64_t>(block_ms_ * static_cast<double>(height - head_time_.height.value))};
}

// The stream omits the blocks before a window, but its timer needs their heights: the time for a poll.
std::optional<Instant> WatcherCore::next_lead() const {
  std::optional<Instant> at;
  for (const auto& [id, topic] : topics_) {
    const auto lead = topic.next ? topic.next->prepare_at.value : 0;
    if (lead <= head_.value || topic.announced >= topic.next->nonce || !topic.whitelisted) continue;
    if (const auto due = expected(lead); !at || due < *at) at = due;
  }
  return at;
}

void WatcherCore::plan_height_poll(Effects& effects, Instant now) {
  if (!up_ || block_ms_ <= 0 || head_time_.height.value == 0) return; // every Tick polls until the pace is known
  auto at = next_lead();
  if (!at) return;
  // A quarter block late: too early costs another request, a little late nothing, as the lead is several blocks.
  at->value += static_cast<std::int64_t>(block_ms_ / 4);
  *at = std::max(*at, Instant{now.value + std::max<std::int64_t>(static_cast<std::int64_t>(block_ms_ / 2), 250)});
  if (wake_at_ && *wake_at_ > now && *wake_at_ <= *at) return;
  wake_at_ = at;
  effects.push_back(WakeAt{*at});
}

void WatcherCore::fill_gap(Height from, Height to, Effects& effects) {
  if (static_cast<std::size_t>(to.value - from.value) >= policy_.gap_blocks) {
    // Too long to read block by block: the windows are derived from the epochs.
    for (auto& [id, topic] : topics_) {
      if (topic.gap_listed) topic.gap_after = std::max(topic.announced, topic.booked.value_or(Height{}));
      topic.gap_listed = false;
    }
    return;
  }
  for (auto h = from; h <= to; ++h.value)
    if (requested_blocks_.insert(h).second) effects.push_back(AskBlock{h});
}

// Any topic's answer has the height: the one polled longest ago.
void WatcherCore::request_height() {
  const auto one = std::min_element(topics_.begin(), topics_.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.second.poll_pending, a.second.polled_at) < std::tuple(b.second.poll_pending, b.second.polled_at);
  });
  if (one != topics_.end() && !one->second.poll_pending) one->second.wanted = true;
}

} // namespace inferd
