#include "actors/watcher/watcher_core.hpp"

#include "base/wait.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace inferd {

WatcherCore::WatcherCore(WatcherPolicy policy) : policy_(std::move(policy)) {
  for (const auto id : policy_.topics) topics_[id];
}

WatcherCore::Effects WatcherCore::start(Instant now) {
  block_at_ = now;
  Effects effects;
  for (const auto& [id, topic] : topics_) effects.push_back(LastNonceWanted{id});
  return effects;
}

WatcherCore::Effects WatcherCore::on(const ConnectionUp& up, Instant now) {
  Effects effects;
  up_ = up;
  reset_unanswered();
  block_at_ = now;
  effects.push_back(ToSubmitter{up});
  const auto before = head_;
  if (up.went_back && head_.value > up.height.value + reorganised_blocks) head_went_back(up.height, effects, now);
  const bool gap = std::exchange(connected_before_, true) && up.height > seen_ && up.contradiction.empty();
  if (gap) fill_gap(Height{seen_.value + 1}, up.height, effects);
  seen_ = std::max(seen_, up.height);
  if (up.height > head_) head_moved_at_ = now;
  head_ = std::max(head_, up.height);
  connection_head_ = {up.height, now};
  head_time_ = {}; // to a restarted watcher the port repeats an older height
  compare_with_books(before, effects, now);
  if (began_.value == 0 && up.contradiction.empty()) began_ = Height{std::max<std::int64_t>(1, up.height.value)};
  for (const auto& [id, topic] : topics_)
    if (!topic.booked) ask_books(id, effects);
  head_moved(effects, now);
  polls_pending_ = 0;
  for (auto& [id, topic] : topics_) {
    topic.wanted = true;
    topic.poll_pending = topic.rules_requested = false;
  }
  poll(effects, now);
  return effects;
}

WatcherCore::Effects WatcherCore::on(const ConnectionDown& down, Instant now) {
  up_.reset();
  block_at_ = now;
  down_ = down.reason;
  return {ToSubmitter{down}};
}

WatcherCore::Effects WatcherCore::on(const BlockSeen& block, Instant now) {
  Effects effects;
  const bool requested = requested_blocks_.erase(block.height) > 0;
  if (!requested && other_view(block.height, effects, now)) return effects;
  const bool fills = requested || block.height < seen_;
  if (!fills) {
    const auto from = block.from.value > 0 ? std::min(block.from, block.height) : block.height;
    if (seen_.value != 0 && from.value > seen_.value + 1) fill_gap(Height{seen_.value + 1}, Height{from.value - 1}, effects);
    seen_ = std::max(seen_, block.height);
    block_at_ = now;
    head_at(block.height, now); // the announcements below need this head
  }
  // Openings first: the latency from opening to mempool counts.
  for (const auto& w : block.opened)
    if (const auto it = topics_.find(w.topic); it != topics_.end())
      opened(it->second, w.topic, w.nonce, w.closes, fills ? "gap" : "event", effects, now);
  for (const auto& w : block.closed)
    if (const auto it = topics_.find(w.topic); it != topics_.end()) closed(it->second, w.topic, w.nonce, effects, now);
  for (const auto& s : block.scores)
    if (topics_.contains(s.topic) && s.wallet == policy_.wallet) effects.push_back(BookScore{s, now});
  for (const auto& r : block.rewards)
    if (topics_.contains(r.topic) && r.wallet == policy_.wallet) effects.push_back(BookReward{r, now});
  for (const auto& b : block.bundles)
    if (topics_.contains(b.topic)) {
      if (went_back_ && b.nonce > went_back_->to && !b.ours.empty()) went_back_.reset(), booked_ = {}; // it is answered
      effects.push_back(BookConclusion{b, now});
    }
  if (!fills) head_moved(effects, now);
  return effects;
}

WatcherCore::Effects WatcherCore::on(const TxIncluded& tx, Instant now) {
  Effects effects{ToSubmitter{tx}};
  for (auto& [id, topic] : topics_)
    if (!topic.trouble.empty()) topic.wanted = true; // perhaps the registration
  poll(effects, now);
  return effects;
}

WatcherCore::Effects WatcherCore::on(const WindowStatusArrived& status, Instant now) {
  Effects effects;
  const auto it = topics_.find(status.topic);
  if (it == topics_.end()) return effects;
  if (status.head.value > 0 && other_view(std::max(status.head, status.nonce), effects, now)) return effects;
  reset_unanswered();
  auto& topic = it->second;
  const bool moved = status.head > head_;
  if (status.head.value > 0 && status.head >= head_) head_at(status.head, now);
  if (moved) {
    block_at_ = now;
    // An event arrives within one block, and this answer took the same connection.
    seen_ = std::max(seen_, Height{status.head.value - policy_.trust_blocks});
  }
  poll_answered(topic, effects, now);
  topic.whitelisted = status.is_whitelisted;
  topic.trouble = !status.is_topic_active  ? "the topic is not active"
                  : !status.is_whitelisted ? "the wallet is not on the topic's whitelist"
                  : !status.is_registered  ? "the wallet is not registered in the topic"
                                           : "";
  if (!topic.trouble.empty() && !topic.no_rules.empty())
    topic.trouble += ", says a node that does not tell the topic's rules either: " + topic.no_rules;
  if (topic.open && topic.withheld && (topic.whitelisted || topic.open->nonce == status.nonce)) {
    topic.withheld = false;
    if (topic.whitelisted) effects.push_back(Announce{*topic.open, true, true});
    else effects.push_back(WindowSkipped{status.topic, topic.open->nonce, topic.trouble});
  }
  if (!status.is_registered && status.is_whitelisted) effects.push_back(ToSubmitter{RegistrationWanted{status.topic}});
  if (topic.open && topic.open->closes < status.nonce) closed(topic, status.topic, topic.open->nonce, effects, now);
  if (topic.open && !status.is_open && status.next_nonce > topic.open->nonce)
    closed(topic, status.topic, topic.open->nonce, effects, now); // the closing event is lost or late
  // The distance of two openings is the epoch: another one means that the rules have changed.
  const auto before = status.is_open ? status.nonce : topic.announced;
  if (topic.epoch > 0 && before.value > 0 && status.next_nonce > before && up_ &&
      status.next_nonce.value - before.value != topic.epoch)
    effects.push_back(AskTopic{status.topic});
  const bool opening_not_streamed = status.is_open && status.nonce > topic.announced && up_ && up_->height < status.nonce &&
                                    status.head.value >= status.nonce.value + policy_.trust_blocks;
  if (status.is_open) opened(topic, status.topic, status.nonce, status.closes, "poll", effects, now);
  if (status.is_topic_active && status.next_nonce.value > 0)
    schedule(topic, status.topic, status.next_nonce, status.next_closes, effects, now);
  if (moved) head_moved(effects, now);
  else plan_height_poll(effects, now);
  if (opening_not_streamed)
    effects.push_back(Reconnect{"its stream did not report the opening of window " + std::to_string(status.nonce.value)});
  return effects;
}

WatcherCore::Effects WatcherCore::on(const TopicArrived& info, Instant now) {
  Effects effects;
  const auto it = topics_.find(info.topic);
  if (it == topics_.end()) return effects;
  auto& topic = it->second;
  topic.info = info;
  topic.no_rules.clear();
  topic.epoch = info.epoch_length;
  topic.window = info.window_length;
  effects.push_back(info);
  if (topic.open)
    schedule(topic, info.topic, Height{topic.open->nonce.value + topic.epoch},
             Height{topic.open->nonce.value + topic.epoch + topic.window}, effects, now);
  send_missed(topic, info.topic, effects, now);
  return effects;
}

WatcherCore::Effects WatcherCore::on(const AskFailed& failure, Instant now) {
  Effects effects;
  if (failure.request == Request::AskBlock) requested_blocks_.erase(failure.nonce);
  const auto it = topics_.find(failure.topic);
  // An unlisted refusal may be of a path that the chain no longer has, after an upgrade: a new handshake asks for the version.
  const bool lost =
    failure.verdict == Verdict::NoAnswer || failure.verdict == Verdict::Busy ||
    (failure.request == Request::AskWindow && (failure.verdict == Verdict::Unknown || failure.verdict == Verdict::Defect));
  if (it == topics_.end()) return effects;
  auto& topic = it->second;
  if (!lost) topic.trouble = failure.reason;
  if (failure.request == Request::AskTopic) topic.no_rules = failure.reason;
  if (failure.request != Request::AskWindow) return effects; // other requests may fail at a healthy node (pruned block)
  poll_answered(topic, effects, now);
  if (!lost) reset_unanswered();
  if (!lost || !up_) return effects;
  topic.polled_at.value = now.value - policy_.poll_ms + policy_.retry_ms; // sooner than usual
  plan_height_poll(effects, now);
  if (++topic.unanswered >= policy_.max_unanswered) { // a stream without polls does not suffice
    reset_unanswered();
    effects.push_back(
      Reconnect{std::to_string(policy_.max_unanswered) + " polls in a row were not answered: " + failure.reason});
  }
  return effects;
}

WatcherCore::Effects WatcherCore::on(const LastNonceKnown& known, Instant now) {
  Effects effects;
  const auto it = topics_.find(known.topic);
  if (it == topics_.end()) return effects;
  auto& topic = it->second;
  if (known.nonce.value == 0) { // the books have not begun
    if (began_.value > 0) ask_books(known.topic, effects);
    return effects;
  }
  if (!topic.booked) {
    add_booked(known.nonce);
    compare_with_books({}, effects, now);
  }
  if (topic.booked && known.nonce >= *topic.booked) {
    topic.booked = known.nonce;
    topic.unbooked.erase(topic.unbooked.begin(), topic.unbooked.upper_bound(known.nonce));
    return effects;
  }
  // The first answer, or one that refuses a message: the books lack rows that were acknowledged before. What was observed up to
  // here stays listed, as the height may be where the watch began and not a row.
  topic.booked = topic.gap_after = known.nonce;
  topic.gap_listed = false;
  send_missed(topic, known.topic, effects, now);
  return effects;
}

// Round robin, so that a slow node starves no topic.
void WatcherCore::poll(Effects& effects, Instant now) {
  if (!up_) return;
  auto it = topics_.upper_bound(last_polled_);
  for (auto left = topics_.size(); left > 0 && polls_pending_ < policy_.polls; --left, ++it) {
    if (it == topics_.end()) it = topics_.begin();
    auto& [id, topic] = *it;
    if (!topic.wanted || topic.poll_pending) continue;
    if (!std::exchange(topic.rules_requested, true)) effects.push_back(AskTopic{id});
    effects.push_back(AskWindow{id, policy_.wallet});
    topic.wanted = false;
    topic.poll_pending = true;
    topic.polled_at = now;
    ++polls_pending_;
    last_polled_ = id;
  }
}

void WatcherCore::reset_unanswered() {
  for (auto& [id, topic] : topics_) topic.unanswered = 0;
}

void WatcherCore::poll_answered(Topic& topic, Effects& effects, Instant now) {
  if (std::exchange(topic.poll_pending, false)) --polls_pending_;
  poll(effects, now);
}

WatcherCore::Effects WatcherCore::on(const WindowWanted& wanted, Instant now) {
  Effects effects;
  const auto it = topics_.find(wanted.topic);
  if (it == topics_.end()) return effects;
  const auto& topic = it->second;
  if (topic.info) effects.push_back(*topic.info);
  if (topic.open) effects.push_back(Announce{*topic.open, false, topic.whitelisted});
  send_next(topic, wanted.topic, effects, now);
  return effects;
}

WatcherCore::Effects WatcherCore::on(const ChildRestarted& child, Instant now) {
  Effects effects;
  const auto kind = child.child.kind;
  if (kind == PlaceKind::submitter) {
    if (up_) effects.push_back(ToSubmitter{*up_});
    effects.push_back(ToSubmitter{HeadMoved{head_, now}});
  }
  for (auto& [id, topic] : topics_) {
    if (kind == PlaceKind::ledger) send_to_ledger(topic, id, effects); // the failed one may have lost the message
    if (kind == PlaceKind::submitter && topic.open && topic.whitelisted) effects.push_back(Announce{*topic.open, true, false});
    if (child.child == Place{PlaceKind::predictor, id} && topic.info) effects.push_back(*topic.info);
  }
  return effects;
}

std::optional<std::int64_t> WatcherCore::head_age_ms(Instant now) const {
  if (head_.value == 0) return {};
  const auto moved_at = went_back_ && up_ ? connection_head_.at : head_moved_at_;
  return std::max<std::int64_t>(0, now.value - moved_at.value);
}

std::string WatcherCore::trouble(Instant now) const {
  if (went_back_ && up_) return went_back(connection_head_.height, booked_);
  if (head_.value > 0 && now.value - head_moved_at_.value > policy_.halted_ms)
    return "no new block for " + std::to_string((now.value - head_moved_at_.value) / 1'000) + " s, the head is " +
           std::to_string(head_.value) + (up_ ? "" : "; no connection to the chain: " + down_);
  if (!up_) return down_.empty() ? "not connected to the chain yet" : "no connection to the chain: " + down_;
  if (!up_->contradiction.empty())
    return "the node " + up_->endpoint + " is contradicted, and no other endpoint can be used: " + up_->contradiction;
  for (const auto& [id, topic] : topics_)
    if (!topic.trouble.empty()) return "topic " + std::to_string(id.value) + ": " + topic.trouble;
  return {};
}

std::int64_t WatcherCore::tick_ms(Instant now) const {
  const auto all_known = [&](const auto& entry) {
    const auto& topic = entry.second;
    const bool due = topic.next && topic.announced < topic.next->nonce &&
                     expected(topic.next->nonce.value).value <= now.value + policy_.idle_tick_ms;
    return topic.booked && topic.info && !due;
  };
  const bool idle = up_ && block_ms_ > 0 && std::all_of(topics_.begin(), topics_.end(), all_known);
  return idle ? policy_.idle_tick_ms : policy_.tick_ms;
}

WatcherCore::Effects WatcherCore::on(const Tick&, Instant now) {
  Effects effects;
  for (auto& [id, topic] : topics_)
    if (!topic.booked) ask_books(id, effects);
  if (!up_) return effects;
  block_at_ = std::min(block_at_, now); // the clock was set back
  if (!up_->contradiction.empty() &&
      now.value - up_->at.value > policy_.contradicted_ms) { // another endpoint may answer by now
    effects.push_back(Reconnect{"it is contradicted: " + up_->contradiction});
    return effects;
  }
  if (now.value - block_at_.value > policy_.silence_ms) {
    block_at_ = now;
    effects.push_back(Reconnect{"no block for " + std::to_string(policy_.silence_ms / 1000) + " s"});
    return effects;
  }
  for (const auto& [id, topic] : topics_)
    if (!topic.info && topic.rules_requested && !topic.poll_pending) effects.push_back(AskTopic{id});
  if (wake_at_ && now >= *wake_at_) {
    wake_at_.reset();
    if (const auto at = next_lead(); at && *at <= now) request_height();
    else plan_height_poll(effects, now);
  }
  // The stream omits blocks without relevant events, so silence does not show whether the chain or the stream stopped.
  if (block_ms_ <= 0 || now.value - block_at_.value > policy_.quiet_ms) request_height();
  auto polls_left = std::max<std::size_t>(8, topics_.size() / 8); // spread over Ticks
  for (auto& [id, topic] : topics_) {
    const bool overdue = topic.next && topic.announced < topic.next->nonce && block_ms_ > 0 && head_time_.height.value > 0 &&
                         now > expected(topic.next->nonce.value + policy_.trust_blocks);
    if (polls_left == 0 || !waited(topic.polled_at, now, overdue ? policy_.overdue_poll_ms : policy_.poll_ms)) continue;
    if (std::exchange(topic.poll_pending, false)) --polls_pending_; // unanswered
    topic.wanted = true;
    --polls_left;
  }
  poll(effects, now);
  return effects;
}

} // namespace inferd
