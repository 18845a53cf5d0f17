#include "runtime/daemon/window_tracker.hpp"

#include "actors/interfaces.hpp"
#include "actors/base/message_visitor.hpp"

namespace inferd {

void WindowTracker::observe(const Delivery& d) {
  const bool ledger = d.receiver == ledger_role.place, submitter = d.receiver == submitter_role.place;
  if (!ledger && !submitter) return;
  visit_message(d.content, [&](const auto& m) {
    using M = std::decay_t<decltype(m)>;
    const auto now = Steady::now();
    std::unique_lock lock(mutex_);
    if constexpr (std::is_same_v<M, WindowOpened> || std::is_same_v<M, PreloadSent>) { // PreloadSent may precede the opening
      if (auto& r = row(m.topic, m.nonce); submitter && !r.opened) r.opened = now;
    } else if constexpr (std::is_same_v<M, StoreSigned>) {
      if (m.nonce.value == 0) return;
      auto& r = row(m.topic, m.nonce);
      r.values = m.signed_tx.values;
      r.hash = m.signed_tx.hash;
      hashes_[m.signed_tx.hash.hex] = {m.nonce, m.topic};
    } else if constexpr (std::is_same_v<M, BroadcastAnswered>) {
      if (m.verdict == Verdict::Accepted && m.nonce.value > 0) row(m.topic, m.nonce).accepted = now;
    } else if constexpr (std::is_same_v<M, TxIncluded>) {
      if (const auto it = hashes_.find(m.hash.hex); it != hashes_.end())
        row(it->second.second, it->second.first).confirmed = now;
    }
  });
}

void WindowTracker::observe(const BookOutcome& m) {
  if (m.nonce.value == 0) return;
  std::unique_lock lock(mutex_);
  auto& r = row(m.topic, m.nonce);
  r.status = boost::describe::enum_to_string(m.status, "?");
  r.reason = m.reason;
  r.fee = m.fee;
  const auto copy = r;
  const auto count = ++outcomes_;
  lock.unlock();
  if (on_outcome) on_outcome(copy, count);
}

WindowTracker::Row& WindowTracker::row(TopicId topic, Height nonce) {
  auto& r = rows_[{nonce, topic}];
  r.topic = topic;
  r.nonce = nonce;
  return r;
}

std::vector<WindowTracker::Row> WindowTracker::rows() const {
  std::lock_guard lock(mutex_);
  std::vector<Row> out;
  for (const auto& [key, r] : rows_) out.push_back(r);
  return out;
}

std::size_t WindowTracker::outcomes() const {
  std::lock_guard lock(mutex_);
  return outcomes_;
}

} // namespace inferd
