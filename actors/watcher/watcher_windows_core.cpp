// Windows: announced, closed, scheduled, and listed for the books.

#include "actors/watcher/watcher_core.hpp"

#include "base/wait.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace inferd {

// Where the books have not begun, they begin with this height.
void WatcherCore::ask_books(TopicId id, Effects& effects) const {
  if (began_.value > 0) effects.push_back(BookWindows{.topic = id, .after = began_});
  else effects.push_back(LastNonceWanted{id});
}

void WatcherCore::opened(Topic& topic, TopicId id, Height nonce, Height closes, const char* seen_by, Effects& effects,
                         Instant now) {
  if (nonce <= topic.announced) return;
  // Announcements are a multiple of the epoch apart: the windows between them were missed by events and polls. So were those
  // before the first announcement, from where the books reach to.
  const bool first = topic.announced.value == 0;
  const auto known = first ? topic.gap_listed ? topic.booked.value_or(nonce) : nonce : topic.announced;
  if (topic.epoch > 0 && (first || (nonce.value - known.value) % topic.epoch == 0)) {
    auto between = nonce.value - topic.epoch;
    for (auto left = policy_.missed_bound; between > known.value && left > 0; --left, between -= topic.epoch)
      add_missed(topic, {id, Height{between}, Height{between + topic.window}, "no event and no poll reported it", now});
  }
  topic.announced = nonce;
  add_booked(nonce);
  if (topic.open) closed(topic, id, topic.open->nonce, effects, now);
  const bool over = closes <= head_; // opened and closed within the gap
  add_unbooked(topic, {id, nonce, closes,
                       over ? "it opened and closed while the chain's events were not received"
                            : "it closed before the books had its opening",
                       now});
  if (over) {
    send_to_ledger(topic, id, effects);
    return;
  }
  topic.open = WindowOpened{id, nonce, closes, seen_by, now};
  // Without admission a submission costs a fee and is refused. A poll shows whether that has changed.
  topic.withheld = !topic.whitelisted;
  if (!topic.withheld) effects.push_back(Announce{*topic.open, true, true});
  if (topic.gap_listed) send_to_ledger(topic, id, effects);
  else send_missed(topic, id, effects, now);
  if (topic.withheld) {
    topic.wanted = true;
    poll(effects, now);
  }
  if (topic.epoch > 0) schedule(topic, id, Height{nonce.value + topic.epoch}, Height{closes.value + topic.epoch}, effects, now);
}

// A message lists every window between how far the books are known to reach and its opening, and is repeated until the ledger
// has acknowledged it; the ledger writes it only if the books do reach so far.
void WatcherCore::send_to_ledger(const Topic& topic, TopicId id, Effects& effects) {
  if (!topic.gap_listed || !topic.booked) return;
  BookWindows unacknowledged{.topic = id, .after = *topic.booked};
  for (const auto& [nonce, window] : topic.unbooked)
    if (topic.open && topic.open->nonce == nonce) unacknowledged.opened = *topic.open;
    else unacknowledged.missed.push_back(window);
  if (!unacknowledged.missed.empty() || unacknowledged.opened.nonce.value > 0) effects.push_back(std::move(unacknowledged));
}

void WatcherCore::add_missed(Topic& topic, MissedWindow window) {
  if (!topic.booked || window.nonce > *topic.booked) add_unbooked(topic, std::move(window));
}

void WatcherCore::add_unbooked(Topic& topic, MissedWindow window) {
  topic.unbooked.try_emplace(window.nonce, std::move(window));
  if (topic.unbooked.size() > policy_.missed_bound) topic.unbooked.erase(topic.unbooked.begin());
}

void WatcherCore::closed(Topic& topic, TopicId id, Height nonce, Effects& effects, Instant now) {
  if (!topic.open || topic.open->nonce != nonce) {
    const bool unseen = topic.next && topic.next->nonce == nonce && nonce > topic.announced;
    if (unseen) effects.push_back(WindowClosed{id, nonce, now}); // the submitter knows it by the schedule
    return;
  }
  if (std::exchange(topic.withheld, false)) effects.push_back(WindowSkipped{id, nonce, topic.trouble});
  if (const auto it = topic.unbooked.find(nonce); it != topic.unbooked.end()) it->second.at = now;
  topic.open.reset();
  effects.push_back(WindowClosed{id, nonce, now});
}

void WatcherCore::schedule(Topic& topic, TopicId id, Height nonce, Height closes, Effects& effects, Instant now) {
  if (nonce <= topic.announced) return;
  if (topic.next && topic.next->nonce == nonce && topic.next->closes == closes) return;
  topic.next = WindowScheduled{id, nonce, closes, Height{nonce.value - policy_.lead_blocks}, now};
  send_next(topic, id, effects, now);
  send_missed(topic, id, effects, now);
}

void WatcherCore::send_next(const Topic& topic, TopicId id, Effects& effects, Instant now) {
  if (!topic.next || !topic.whitelisted) return;
  effects.push_back(*topic.next);
  send_head(topic, id, effects, now);
}

void WatcherCore::send_head(const Topic& topic, TopicId id, Effects& effects, Instant now) {
  if (topic.next && topic.next->nonce.value - head_.value <= policy_.notify_blocks)
    effects.push_back(ToTimer{id, HeadMoved{head_, now}});
}

// Lists the windows after the last one before the gap and before the first known one, stepping back by the epoch.
void WatcherCore::send_missed(Topic& topic, TopicId id, Effects& effects, Instant now) {
  if (topic.gap_listed || !topic.booked || topic.epoch <= 0) return;
  const auto known = topic.open ? topic.open->nonce : topic.next ? topic.next->nonce : Height{0};
  if (known.value == 0) return;
  topic.gap_listed = true;
  // From here on a jump between two announcements is a gap as well. A window that is still open by the epochs counts as coming:
  // a poll announces it, or, if it closed early, the jump to the next announcement lists it.
  // An open window's nonce, or the epoch before the next one, is a height the chain has reached.
  const Height head{std::max(head_.value, topic.open ? known.value : known.value - topic.epoch)};
  Height last{known.value - topic.epoch};
  while (last.value + topic.window > head.value) last.value -= topic.epoch;
  if (!topic.open) topic.announced = std::max(topic.announced, last);
  auto nonce = known.value - topic.epoch;
  for (auto left = policy_.missed_bound; nonce > topic.gap_after.value && left > 0; --left, nonce -= topic.epoch)
    if (nonce + topic.window <= head.value) // else still open, by the epochs
      add_missed(topic, {id, Height{nonce}, Height{nonce + topic.window}, "inferd was not watching", now});
  send_to_ledger(topic, id, effects);
}

} // namespace inferd
